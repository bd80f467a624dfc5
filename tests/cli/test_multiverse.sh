#!/usr/bin/env bash
# multiverse: every specification is the model written out, the same bytes on any number of ranks, kept and restored; its limits.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# An unbalanced panel of 45 firms in 8 years; c2 and log(y2) are missing here and there, c4 = 2 c1 - c3, c5 much like c1.
awk 'BEGIN {
    print "firm,year,region,y1,y2,x,c1,c2,c3,c4,c5,w"
    seed = 4711
    for (i = 1; i <= 45; i++) for (t = 1; t <= 8; t++) {
        for (j = 1; j <= 7; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
        if (u[7] < 0.1) continue
        c1 = u[1] * 3 + i / 30; c3 = u[2] - u[3] + t / 9; x = u[3] + 0.4 * c1
        printf "%d,%d,%d,%.6f,%.6f,%.6f,%.6f,%s,%.6f,%.6f,%.6f,%d\n", i, 2000 + t, i % 9,
            0.7 * x - 0.2 * c3 + i / 9 + (1 + u[4]) * (u[5] - 0.5), 0.3 + x + u[4] * c1 - u[6] * 2,
            x, c1, u[6] < 0.06 ? "" : sprintf("%.6f", u[4] * 2), c3, 2 * sprintf("%.6f", c1) - sprintf("%.6f", c3),
            c1 + 0.3 * u[5], 1 + int(u[2] * 4)
    }
}' >panel.csv

# choices KEYS: the specifications of job.yml in order, each as a model of its own behind it.
write_job() {
    local keys=$1 number=0 y mask one e s v c
    cat <<END
solow: 1
seed: 3
data: {file: panel.csv, unit: firm, time: year}
models:
  - id: many
    estimator: ols
    formula: y1 ~ x | firm
    $keys
    multiverse:
      outcomes: [y1, log(y2)]
      controls: {always: [c3], any: [c1, c2, c4], one_of: [[], [c5, "i(region)"]]}
      effects: [none, firm, firm + year, "region[x]"]
      samples: {all: 1, late: year > 2002}
      vcov: [iid, hc1, {cluster: [firm]}, {cluster: [firm, year]}, {cluster: region, type: cr0}, {newey_west: 2}, {driscoll_kraay: auto}]
END
    for y in y1 'log(y2)'; do for mask in 0 1 2 3 4 5 6 7; do for one in '' ' + c5 + i(region)'; do
    for e in '' ' | firm' ' | firm + year' ' | region[x]'; do for s in 'year > 0' 'year > 2002'; do
    for v in iid hc1 '{cluster: [firm]}' '{cluster: [firm, year]}' '{cluster: region, type: cr0}' '{newey_west: 2}' '{driscoll_kraay: auto}'; do
        c=' + c3'
        [ $((mask & 1)) -ne 0 ] && c="$c + c1"
        [ $((mask & 2)) -ne 0 ] && c="$c + c2"
        [ $((mask & 4)) -ne 0 ] && c="$c + c4"
        number=$((number + 1))
        [ $((number % 5)) -eq 0 ] && printf '  - {id: s%d, estimator: ols, formula: "%s ~ x%s%s%s", where: %s, vcov: %s, %s}\n' \
            "$number" "$y" "$c" "$one" "$e" "$s" "$v" "$keys"
    done; done; done; done; done; done
}

# Numbers of both ways side by side: relative differences above 1e-11 (estimates and intervals beside the standard error).
compare_ways() {
    local name=$1
    "$solow" export "$name.h5" --table tidy >tidy.csv
    "$solow" export "$name.h5" --table glance >glance.csv
    checks=$((checks + 1))
    # A group has no comma here but inside quotes, which the first two fields may have.
    awk -F, '
        function flat(line) { while (match(line, /"[^"]*"/)) {
            text = substr(line, RSTART + 1, RLENGTH - 2); gsub(/,/, ";", text)
            line = substr(line, 1, RSTART - 1) text substr(line, RSTART + RLENGTH) } return line }
        function near(a, b, scale) { if (a == b) return 1; d = a - b; return a != "" && b != "" && (d < 0 ? -d : d) <= 1e-11 * scale }
        { $0 = flat($0) }
        FNR == 1 { file++; next }
        file == 1 && $1 == "many" { if (!($2 in place)) place[$2] = ++count; next }
        file == 1 { next }
        { key = $1 == "many" ? "s" place[$2] : $1 }
        $1 == "many" { row[file, key, ++rows[file, key]] = $0; next }
        { own = ++seen[file, key]; alone++; n = split(row[file, key, own], a, ",")
          split($0, b, ",")
          size = file == 2 ? b[5] : 0
          for (i = 3; i <= (file == 2 ? 10 : 20); i++) {
              scale = b[i] < 0 ? -b[i] : b[i]
              if (file == 2 && (i == 4 || i > 8) && scale < size) scale = size
              if (file == 2 && i == 6 && scale < 1) scale = 1
              if (file == 2 && i == 8) scale *= 1 + b[6] * b[6] # what the statistic does to it
              if (i == 3 || file == 3 && i == 4 ? a[i] != b[i] : !near(a[i], b[i], scale)) {
                  bad++; if (bad < 6) print "differs: " key " column " i ": " a[i] " and " b[i] "  " $0 } } }
        END { for (key in seen) { split(key, part, SUBSEP); if (seen[key] != rows[key]) { bad++; print "rows of " part[2] } }
              print alone " rows beside one another, " count " specifications"
              exit bad > 0 || alone < 500 || count != 1792 }' glance.csv tidy.csv glance.csv >ways.txt || {
        fail "$name: specifications differ from models written out"
        head -n 8 ways.txt
    }
}

write_job 'ssc: fixest' >plain.yml
write_job 'weights: w, ssc: cgm' | sed 's/    weights: w, ssc: cgm/    weights: w\n    ssc: cgm/' >weighted.yml
expect_exit 0 "$solow" run plain.yml -o plain.h5 --quiet && compare_ways plain
expect_exit 0 "$solow" run weighted.yml -o weighted.h5 --quiet && compare_ways weighted

# Terms that are combinations of those before are dropped from the specification that has them, and named there.
"$solow" export plain.h5 --table diagnostics >diagnostics.csv
expect_text '^many,outcome=y1;controls=c1\+c4;effects=none;sample=all;vcov=iid,dropped:c4,,2 c1 - c3$' \
    <(sed 's/-c3 + 2 c1/2 c1 - c3/' diagnostics.csv)
checks=$((checks + 1))
grep -q 'controls=c4;effects=none;.*dropped:c4' diagnostics.csv && fail 'c4 is dropped where nothing explains it'

# The same bytes at any number of ranks, with real and with tiny limits; restricted to one term.
sed '/^  - {id: s/d; s/^    multiverse:/&\n      terms: [x]/' plain.yml >short.yml
for program in "$solow" "$tiny"; do
    for n in 1 2 3; do
        expect_exit 0 ranks $n "$program" run short.yml -o "r$n.h5" --restart || continue
        tables_of "r$n.h5" "r$n.txt"
        [ "$program $n" = "$solow 1" ] && cp r1.txt whole.txt
        expect_same r1.txt "r$n.txt" "multiverse: $n ranks and 1 rank differ"
    done
done
checks=$((checks + 1))
[ "$(awk -F, '/^many,.*,x,/ { x++ } /^many,/ && $3 ~ /^c[1-5]$/ { other++ } END { print x + 0, other + 0 }' <("$solow" export r1.h5 --table tidy))" = '1344 0' ] || # region[x] takes x out of a quarter of them
    fail 'terms: does not restrict the rows of tidy'

# Kept and restored: the paper's table cannot be written, so the run stops after the estimates; then it can.
{ cat short.yml; printf 'tables:\n  - {id: t, file: later/t.md, columns: ["many/outcome=y1;controls=none;effects=firm;sample=all;vcov=iid"]}\n'; } >kept.yml
"$solow" run kept.yml -o kept.h5 >out.txt 2>err.txt && fail 'a table in a folder that is not there was written'
mkdir later
expect_exit 0 ranks 2 "$solow" run kept.yml -o kept.h5
expect_text 'of 56 models done earlier' err.txt
tables_of kept.h5 kept.txt
expect_same whole.txt kept.txt 'restored estimates differ'

# Drawn: distinct, the same on any number of ranks, a part of the whole; variances that need leverages go one by one, and that is said.
sed 's/^      terms: \[x\]/&\n      draw: {n: 60, seed: 9}/; s/vcov: \[iid, hc1,/vcov: [iid, hc3,/' short.yml >drawn.yml
for n in 1 2; do
    expect_exit 0 ranks $n "$solow" run drawn.yml -o "d$n.h5"
    tables_of "d$n.h5" "d$n.txt"
done
expect_same d1.txt d2.txt 'drawn: 2 ranks and 1 rank differ'
expect_text 'many: [0-9]+ specifications are estimated one by one' err.txt
checks=$((checks + 1))
"$solow" export d1.h5 --table glance | sed 1d | cut -d, -f1,2 | sort >drawn.txt
[ "$(wc -l <drawn.txt) $(uniq drawn.txt | wc -l)" = '60 60' ] || fail 'draw: other than 60 distinct specifications'

# A family takes in every specification: the smallest of eight p-values is multiplied by eight (Holm).
{
    printf 'solow: 1\ndata: {file: panel.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, formula: y1 ~ x | firm, multiverse: [c1, c2, c3]}\n'
    printf 'families:\n  all: {models: [m], terms: [x], method: holm}\n'
} | sed 's/multiverse: \[/multiverse: {controls: [/; s/c3\]}/c3]}}/' >family.yml
expect_exit 0 "$solow" run family.yml -o family.h5
checks=$((checks + 1))
"$solow" export family.h5 --table adjusted | awk -F, 'NR > 1 { rows++; if (rows == 1 || $6 < least) { least = $6; adjusted = $7 } }
    END { wanted = 8 * least < 1 ? 8 * least : 1; exit !(rows == 8 && adjusted > wanted * (1 - 1e-12) && adjusted < wanted * (1 + 1e-12)) }' ||
    fail 'a family over a multiverse: other than eight members with the least p-value times eight'

# A control that cannot be, or an outcome that is constant, fails the specifications that have it and no other.
printf 'solow: 1\ndata: {file: panel.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, formula: y1 ~ x | firm, multiverse: {outcomes: [y1, x - x], controls: [c1, 1 / (c3 - c3)]}}\n' >bad.yml
expect_exit 1 "$solow" run bad.yml -o bad.h5
checks=$((checks + 1))
[ "$("$solow" export bad.h5 --table glance | grep -c ',ok,')" = 2 ] || fail 'faulty specifications: other than two good ones'
expect_text 'm/outcome=x-x;controls=c1: failed: the outcome is constant' err.txt

# What is wrong with the choices is said at their place.
refuse() {
    printf 'solow: 1\ndata: {file: panel.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, formula: y1 ~ x | firm, %s}\n' "$1" >refused.yml
    expect_exit 65 "$solow" check refused.yml
    expect_text "$2" err.txt
}
refuse 'multiverse: {outcomes: [y1, y2], controls: [c1, c2, c3], effects: [none, firm], limit: 10}' \
    '8 control sets x 2 outcomes x 2 effects = 32 exceeds limit 10'
refuse 'multiverse: {controls: [c1, x]}' 'the control .x. is in the model already'
refuse 'multiverse: {controls: [c1, c9]}' 'c9'
refuse 'multiverse: {contrls: [c1]}' 'did you mean .controls.'
refuse 'multiverse: {controls: [c1]}, by: [region]' '.by. and .multiverse. do not go together'
refuse 'multiverse: {controls: [c1], draw: {seed: 1}}' 'n'
refuse 'multiverse: {effects: [firm ++]}' 'error'
finish
