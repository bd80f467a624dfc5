# compare.awk - every row of one reference file against results of solow, or the reason why it is not compared.
#
#   awk -v file=NAME -f compare.awk rows.txt tidy.csv glance.csv tests.csv diagnostics.csv NAME.csv
#
# rows.txt says, line by line, first match wins (* in MODEL and TERM stands for any text; FILE may be *):
#   rename FILE THEIRS OURS                        a term that we spell otherwise
#   same   FILE MODEL TERM TABLE OURS NAME COLUMN  their estimate is this cell of ours; OURS is a model or s/from/to/;
#                                                  COLUMN may be an expression of the table below
#   take   FILE MODEL TERM                         compared under its own name, before a broader skip
#   skip   FILE MODEL TERM reason                  a row that is not compared
#   file   FILE reason                             a file without a row of ours (read by test_reference.sh)
# Any other row is the estimate and the standard error of the model and term of the same names (`:` of a model is `.`).
# Tolerance: 1e-8 of the reference; absolute where the reference is below 1e-8.
function fields(line, f,    n, i, c, quoted, text) {
    n = 0; text = ""; quoted = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\"") {
            if (quoted && substr(line, i + 1, 1) == "\"") { text = text c; i++ } else quoted = !quoted
        } else if (c == "," && !quoted) { f[++n] = text; text = "" } else text = text c
    }
    f[++n] = text
    return n
}
function matches(text, pattern,    at, head, tail) {
    at = index(pattern, "*")
    if (at == 0) return text == pattern
    head = substr(pattern, 1, at - 1); tail = substr(pattern, at + 1)
    if (substr(text, 1, length(head)) != head) return 0
    text = substr(text, length(head) + 1)
    if (tail == "") return 1
    for (at = 1; at <= length(text) + 1; at++) if (matches(substr(text, at), tail)) return 1
    return 0
}
function cell(table, model, name, column,    key) {
    if (column == "rmse") # sqrt(rss / n)
        return cell(table, model, name, "sigma") * sqrt(cell(table, model, name, "df_residual") / cell(table, model, name, "nobs"))
    if (column == "root") return sqrt(cell(table, model, name, "statistic"))
    if (column == "wald") return cell(table, model, name, "statistic") * cell(table, model, name, "df1")
    key = table SUBSEP model SUBSEP name SUBSEP column
    if (!(key in value)) { absent = table " " model " " name " " column; return "" }
    return value[key]
}
function compare(what, ours, theirs,    difference, size) {
    if (absent != "") { printf "  %s: solow has no %s\n", what, absent; bad++; absent = ""; return }
    if (ours !~ number || theirs !~ number) { printf "  %s: solow %s, reference %s\n", what, ours, theirs; bad++; return }
    ours += 0; theirs += 0 # text until here, and text compares by its characters
    size = theirs < 0 ? -theirs : theirs
    difference = ours - theirs; if (difference < 0) difference = -difference
    compared++
    if (size >= 1e-8) difference /= size
    if (!(difference <= 1e-8)) { printf "  %s: solow %.15g, reference %.15g (%.2g)\n", what, ours, theirs, difference; bad++ }
    if (difference > worst) { worst = difference; where = " (" what ")" }
}
BEGIN { number = "^ *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *$" }
FNR == 1 { argument++; table = argument == 2 ? "tidy" : argument == 3 ? "glance" : argument == 4 ? "tests" : argument == 5 ? "diagnostics" : "" }
argument == 1 { # the list
    if ($0 ~ /^ *(#|$)/ || $1 == "file") next
    if ($2 != file && $2 != "*") next
    if ($1 == "rename") { renamed[$3] = $4; line_of[$3] = ++lines; source[lines] = $0; global[lines] = $2 == "*"; next }
    kind[++rules] = $1; model_of[rules] = $3; term_of[rules] = $4; line_no[rules] = ++lines; source[lines] = $0
    global[lines] = $2 == "*"
    rule_table[rules] = $5; rule_model[rules] = $6; rule_name[rules] = $7; rule_column[rules] = $8
    next
}
table != "" { # ours
    count = fields($0, f)
    if (FNR == 1) { delete head; for (i = 1; i <= count; i++) head[i] = f[i]; next }
    for (i = 3; i <= count; i++) {
        name = table == "glance" ? "-" : f[3]
        value[table, f[1], name, head[i]] = f[i]
    }
    next
}
FNR > 1 { # theirs
    fields($0, f)
    model = f[1]; term = f[2]; rows++
    for (r = 1; r <= rules; r++) if (matches(model, model_of[r]) && matches(term, term_of[r])) break
    if (r <= rules) used[line_no[r]] = 1
    if (r <= rules && kind[r] != "take") {
        if (kind[r] == "skip") { skipped++; next }
        ours = rule_model[r]
        if (ours ~ /^s\//) { split(ours, part, "/"); ours = model; sub(part[2], part[3], ours) }
        compare(model " " term, cell(rule_table[r], ours, rule_name[r], rule_column[r]), f[3])
        next
    }
    name = term
    if (term in renamed) { name = renamed[term]; used[line_of[term]] = 1 }
    gsub(/:/, ".", model)
    compare(model " " term, cell("tidy", model, name, "estimate"), f[3])
    compare(model " " term " standard error", cell("tidy", model, name, "std_error"), f[4])
}
END {
    for (l = 1; l <= lines; l++) if (!used[l] && !global[l]) { printf "  no row needs: %s\n", source[l]; bad++ }
    printf "%-24s %4d rows: %4d figures compared, largest difference %.1e%s; %d rows not compared; %d wrong\n", file, rows, compared, worst, where, skipped, bad
    exit bad > 0
}
