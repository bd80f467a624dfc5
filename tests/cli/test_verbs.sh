#!/usr/bin/env bash
# The command line: help everywhere, usage errors, the codes of DESIGN, what goes to stdout and what to stderr.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

job=$source_dir/jobs/quickstart.yml

expect_exit 0 "$solow" --help
expect_text 'run' out.txt
for verb in run check show table export diff replicate submit package import estimators version; do
    expect_exit 0 "$solow" "$verb" --help
    expect_text "solow $verb" out.txt
done
expect_exit 0 "$solow" version
expect_text 'OpenBLAS' out.txt
expect_text 'HDF5' out.txt
expect_exit 0 "$solow" estimators
for name in ols iv between re fd mundlak; do
    expect_text "^ *$name\b" out.txt
done
expect_exit 0 "$solow" estimators re
expect_text 'swar' out.txt

expect_exit 64 "$solow"
expect_exit 64 "$solow" rum
expect_text 'run' err.txt
expect_exit 64 "$solow" run
expect_exit 64 "$solow" run "$job" --no-such-option
expect_exit 64 "$solow" export
# Misuse of every verb: too few, too many, unknown options, values that are missing or not wanted.
for verb in check show table export diff replicate import; do
    expect_exit 64 "$solow" "$verb"
    expect_exit 64 "$solow" "$verb" x --no-such-option
    expect_text 'unknown option --no-such-option' err.txt
done
for verb in show table; do
    expect_exit 64 "$solow" "$verb" a b c
done
expect_exit 64 "$solow" export a b
expect_exit 64 "$solow" export a --format
expect_text 'needs a value' err.txt
expect_exit 64 "$solow" diff a
expect_exit 64 "$solow" diff a b c
expect_exit 64 "$solow" diff a b --tolerance x
expect_exit 64 "$solow" import a
expect_exit 64 "$solow" import a b -o c.h5
expect_exit 64 "$solow" run a b
expect_exit 64 "$solow" run "$job" --quiet=yes
expect_text 'takes no value' err.txt
expect_exit 64 "$solow" estimators olss
expect_text 'did you mean `ols`' err.txt
expect_exit 64 "$solow" estimators ols iv
expect_exit 64 "$solow" estimators --no-such-option
expect_exit 64 "$solow" version x
expect_exit 64 "$solow" version --no-such-option
for verb in check show table export replicate; do
    expect_exit 66 "$solow" "$verb" absent.yml
done
expect_exit 66 "$solow" diff absent.h5 absent.h5
expect_exit 66 "$solow" import absent.csv -o panel.h5
expect_exit 73 "$solow" import "$source_dir/jobs/data/grunfeld.csv" -o no/such/folder/panel.h5
# Every option that a verb takes is in its help, and the README names every verb.
for option in output only set dry-run restart quiet verbose table; do
    expect_exit 0 "$solow" run --help
    expect_text "--$option" out.txt
done
expect_exit 0 "$solow" --help
for verb in $(awk '/^  solow /{ print $2 }' out.txt); do
    expect_text "solow $verb" "$source_dir/README.md"
done
for n in 2 3; do
    expect_exit 64 ranks "$n" "$solow" run "$job" --no-such-option
    expect_exit 66 ranks "$n" "$solow" run absent.yml
done

# check says nothing is wrong, and writes nothing.
expect_exit 0 "$solow" check "$job"
expect_exit 0 "$solow" run "$job" --dry-run
expect_no_file '*.h5'

# Results on stdout, the rest on stderr; --quiet leaves nothing of the rest.
expect_exit 0 "$solow" run "$job" -o result.h5
[ -s result.h5 ] || fail "no result file"
expect_exit 0 "$solow" run "$job" -o quiet.h5 --quiet
[ -s err.txt ] && fail "--quiet wrote to stderr: $(head -n 1 err.txt)"
expect_exit 0 "$solow" show result.h5
expect_text 'value' out.txt
expect_text '0\.110' out.txt
expect_exit 0 "$solow" show result.h5 within
expect_text 'capital' out.txt

# What a run says at its end: sources once, memory, rates.
expect_exit 0 "$solow" run "$job" -o told.h5 -v
expect_text '^cite ols +Frisch' err.txt
expect_text '^cite hausman' err.txt
expect_text 'memory +at most [0-9]+ MB a rank, [0-9]+ MB a node; 1 rank on 1 node' err.txt
expect_text 'phase .*GB/s +GFLOP/s' err.txt
expect_text 'passes( +[0-9.]+){4} +[0-9.]+% +[0-9.]+ +[0-9.]+' err.txt
expect_text '^solow: estimate: [0-9.]+ s' err.txt
checks=$((checks + 2))
[ "$(grep -c '^cite ols' err.txt)" -eq 1 ] || fail "a source is told more than once"
grep -q "$(printf '\r')" err.txt && fail "a progress bar without a terminal"
expect_exit 0 ranks 2 "$solow" run "$job" -o told.h5 --restart
expect_text 'MB a node; 2 ranks on 1 node' err.txt
expect_exit 0 "$solow" export told.h5 --table timing
expect_text 'passes.*GFLOP/s' out.txt

# Replicate keeps its files where it is told.
mkdir kept
expect_exit 0 "$solow" replicate "$job" -o kept
[ -s kept/quickstart.h5 ] || fail "replicate -o did not keep the result file"

# Formats of export.
for format in csv json md tex; do
    expect_exit 0 "$solow" export result.h5 --table tidy --format "$format"
    expect_text 'capital' out.txt
done
expect_exit 0 "$solow" export result.h5 --table tidy --format csv
checks=$((checks + 1))
[ "$(head -n 1 out.txt | tr -d '\r')" = "model,group,term,estimate,std_error,statistic,df,p_value,conf_low,conf_high" ] ||
    fail "header of tidy: $(head -n 1 out.txt)"
expect_exit 64 "$solow" export result.h5 --table no_such_table --format csv
expect_exit 66 "$solow" show absent.h5
head -c 3000 result.h5 >cut.h5
expect_exit 65 "$solow" show cut.h5
expect_exit 65 "$solow" show "$job"

# A place that cannot be written to.
expect_exit 73 "$solow" run "$job" -o /proc/none/result.h5
expect_exit 73 ranks 2 "$solow" run "$job" -o no/such/folder/result.h5
finish
