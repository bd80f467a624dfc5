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

# A complete result is not computed again, unless asked.
expect_exit 0 "$solow" run "$job" -o result.h5
expect_exit 0 "$solow" run "$job" -o result.h5 --restart

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
