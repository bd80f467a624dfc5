#!/usr/bin/env bash
# The JSON Schema of job files: valid itself, holds for every job that ships, and refuses what `check` refuses.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

expect_exit 0 "$solow" check --print-schema
cp out.txt schema.json
if ! python3 -c 'import yaml, jsonschema' 2>/dev/null; then
    # Without the validator: that it is JSON, and names what it must.
    python3 -m json.tool schema.json >/dev/null 2>&1 || command -v python3 >/dev/null || { echo 'skipped: no python3'; exit 77; }
    expect_text '"\$schema":"https://json-schema.org/draft/2020-12/schema"' schema.json
    for key in solow data models compare tables published vcov estimator; do
        expect_text "\"$key\"" schema.json
    done
    finish
fi
cat >good.yml <<'END'
solow: 1
data: {file: p.csv, unit: firm, time: year, missing: ["", NA]}
lists: {c: [unemp]}
defaults: {vcov: {cluster: [firm, year]}}
models:
  - {id: a, estimator: ols, formula: y ~ x + ..c | firm, ssc: {k: all}, save: [residuals], level: 0.9}
  - {id: "b_{w}", foreach: {w: [1, 2]}, estimator: iv, formula: y ~ x | firm | z ~ w, method: liml}
  - id: c
    like: a
    add: v
    by: [region]
    published: [{group: "region=East", source: table 1, values: {x: 0.10, v: {estimate: 0.2, std_error: 0.05}}}]
compare: [{id: d, models: [c], term: x, across: group}]
tables: [{id: t, columns: [a, "b_*"], stars: {"*": 0.1}, headers: [{text: A, span: 2}]}]
END
python3 - "$source_dir" >verdicts.txt 2>&1 <<'END'
import copy, glob, json, sys, yaml, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
check = jsonschema.Draft202012Validator(schema)
files = sorted(glob.glob(sys.argv[1] + "/jobs/*.yml") + glob.glob(sys.argv[1] + "/jobs/published/*.yml")) + ["good.yml"]
assert len(files) > 10, files
for name in files:
    for error in check.iter_errors(yaml.safe_load(open(name))):
        print("refused", name, list(error.absolute_path), error.message[:200])
good = yaml.safe_load(open("good.yml"))
def broken(what, change):
    job = copy.deepcopy(good)
    change(job)
    if check.is_valid(job):
        print("not refused:", what)
broken("an unknown key", lambda j: j.update(modles=[]))
broken("no data", lambda j: j.pop("data"))
broken("another format", lambda j: j.update(solow=2))
broken("an unknown estimator key", lambda j: j["models"][0].update(methd="x"))
broken("a choice that is none", lambda j: j["models"][0].update(vcov="hc9"))
broken("a number out of range", lambda j: j["models"][0].update(level=2))
broken("a comparison without a term", lambda j: j["compare"][0].pop("term"))
broken("a comparison across nothing", lambda j: j["compare"][0].update(across="space"))
print("jobs", len(files))
END
checks=$((checks + 2))
grep -q '^jobs' verdicts.txt || fail "the validator broke off: $(tail -n 1 verdicts.txt)"
grep -v '^jobs' verdicts.txt && fail "schema and jobs disagree"
# What the schema takes, the reader takes: the same file is refused for its data alone.
expect_exit 66 "$solow" check good.yml
finish
