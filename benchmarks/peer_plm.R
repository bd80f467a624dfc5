# peer_plm.R - plm on the same numbers: two-way within and Arellano's variance. Rscript benchmarks/peer_plm.R FOLDER ROWS K
#
# plm makes several copies of its data, so that only the first ROWS rows are used; the seconds are of these rows.
arguments <- commandArgs(TRUE)
folder <- arguments[1]; rows <- as.integer(arguments[2]); k <- as.integer(arguments[3])
suppressPackageStartupMessages(library(plm))
codes <- function(name) readBin(file.path(folder, paste0(name, ".i32")), "integer", rows)
doubles <- function(name) readBin(file.path(folder, paste0(name, ".f64")), "double", rows)
xs <- paste0("x", seq_len(k))
data <- data.frame(unit = codes("unit"), time = codes("time"), y = doubles(if (file.exists(file.path(folder, "y.f64"))) "y" else "y1"), lapply(setNames(nm = xs), doubles))
formula <- as.formula(paste("y ~", paste(xs, collapse = " + ")))
seconds <- system.time({
  model <- plm(formula, data, index = c("unit", "time"), model = "within", effect = "twoways")
  variance <- vcovHC(model, method = "arellano", type = "HC0", cluster = "group")
})[["elapsed"]]
cat(sprintf("%.6f %.12f %.12f plm-%s\n", seconds, coef(model)[[1]], sqrt(variance[1, 1]), packageVersion("plm")))
