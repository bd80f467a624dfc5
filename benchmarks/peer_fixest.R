# peer_fixest.R - fixest on the same numbers, read from raw columns.
#
#   Rscript benchmarks/peer_fixest.R FOLDER THREADS REPEATS K EFFECTS CLUSTER
#   Rscript benchmarks/peer_fixest.R FOLDER THREADS REPEATS K EFFECTS CLUSTER OUTCOMES      y1 .. yOUTCOMES in one call
#   Rscript benchmarks/peer_fixest.R FOLDER THREADS REPEATS K EFFECTS CLUSTER single        y1 alone
#   Rscript benchmarks/peer_fixest.R FOLDER THREADS REPEATS K EFFECTS CLUSTER by            a loop over the first 500 groups
#   Rscript benchmarks/peer_fixest.R FOLDER THREADS REPEATS K EFFECTS CLUSTER multiverse   a loop over 200 of its models
#
# EFFECTS as in a formula: "unit + time". Prints: seconds (min median max of REPEATS), first coefficient, its standard
# error, version. The library is found by R_LIBS, which benchmarks/run sets from SOLOW_FIXEST_LIB.
arguments <- commandArgs(TRUE)
folder <- arguments[1]; threads <- as.integer(arguments[2]); repeats <- as.integer(arguments[3]); k <- as.integer(arguments[4])
effects <- arguments[5]; cluster <- arguments[6]; outcomes <- if (length(arguments) > 6) arguments[7] else "1"
suppressPackageStartupMessages(library(fixest))
setFixest_nthreads(threads); setFixest_notes(FALSE)
read_column <- function(name) {
  codes <- file.path(folder, paste0(name, ".i32")); doubles <- file.path(folder, paste0(name, ".f64"))
  if (file.exists(codes)) readBin(codes, "integer", file.size(codes) / 4) else readBin(doubles, "double", file.size(doubles) / 8)
}
xs <- paste0("x", seq_len(k))
ys <- if (outcomes %in% c("1", "by", "multiverse")) "y" else if (outcomes == "single") "y1" else paste0("y", seq_len(as.integer(outcomes)))
ids <- unique(c(trimws(strsplit(effects, "+", fixed = TRUE)[[1]]), cluster, if (outcomes == "by") "group"))
data <- as.data.frame(lapply(setNames(nm = c(ids, xs, ys)), read_column))
left <- if (length(ys) > 1) paste0("c(", paste(ys, collapse = ","), ")") else ys
formula <- as.formula(paste(left, "~", paste(xs, collapse = " + "), "|", effects))
vcov <- as.formula(paste("~", cluster))
estimate <- function() feols(formula, data, vcov = vcov)
if (outcomes == "by") {
  samples <- split(data, data$group)[1:500]
  estimate <- function() lapply(samples, function(sample) feols(formula, sample, vcov = vcov))
}
if (outcomes == "multiverse") { # x1 and some of the others; every 41st set of controls, outcomes in turn
  lefts <- c("y", "asinh(y)", "abs(y)")
  formulas <- lapply(seq_len(200), function(i) {
    chosen <- xs[-1][bitwAnd((41 * i) %% 2^(k - 1), 2^(seq_len(k - 1) - 1)) > 0]
    as.formula(paste(lefts[i %% 3 + 1], "~", paste(c("x1", chosen), collapse = " + "), "|", effects))
  })
  estimate <- function() lapply(formulas, function(f) feols(f, data, vcov = vcov))
}
seconds <- sapply(seq_len(repeats), function(i) system.time(model <<- estimate())[["elapsed"]])
if (outcomes == "multiverse") { model <- model[[1]]; seconds <- seconds / 200 }
if (outcomes == "by") { model <- model[[1]]; seconds <- seconds / 500 }
if (length(ys) > 1) { model <- model[[1]]; seconds <- seconds / length(ys) }
cat(sprintf("%.6f %.6f %.6f %.12f %.12f fixest-%s\n", min(seconds), median(seconds), max(seconds), coef(model)[[1]],
            sqrt(vcov(model)[1, 1]), packageVersion("fixest")))
