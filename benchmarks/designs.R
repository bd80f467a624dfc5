# designs.R - the two designs on which other solvers stop early, as raw columns for `workload pack` and for peers.
#
#   Rscript benchmarks/designs.R hard|difficult ROWS FOLDER
#
# hard       workers move to the next firm along a chain, 3 % a year: worker and firm effects
# difficult  the firm is the row number modulo the number of firms (the layout of the pyfixest benchmarks): 3 effects
# The seed, the kinds of generator and the order of the draws are part of the design: the reference coefficients hold for them.
arguments <- commandArgs(TRUE)
case <- arguments[1]; n <- as.numeric(arguments[2]); folder <- arguments[3]
set.seed(12345, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
periods <- 10L
workers <- as.integer(n / periods)
if (case == "hard") {
  firms <- as.integer(workers / 10)
  worker <- rep(seq_len(workers), each = periods)
  home <- rep(sort(sample.int(firms, workers, TRUE)), each = periods)
  moves <- as.integer(runif(n) < 0.03)
  moves[seq(1, n, periods)] <- 0L
  steps <- as.integer(apply(matrix(moves, periods), 2, cumsum))
  other <- pmin(home + steps, firms)
} else {
  firms <- as.integer(round(workers / 23))
  worker <- rep(seq_len(workers), each = periods)
  other <- rep_len(seq_len(firms), n)
}
write_doubles <- function(x, name) writeBin(as.double(x), file.path(folder, paste0(name, ".f64")))
write_codes <- function(x, name) writeBin(as.integer(x), file.path(folder, paste0(name, ".i32")))
dir.create(folder, FALSE, TRUE)
a <- rnorm(max(worker)); b <- rnorm(max(other)); mu <- a[worker] + b[other]
y <- mu + rnorm(n)
for (j in 1:10) {
  x <- rnorm(n) + 0.3 * mu
  y <- y + x / j
  write_doubles(x, paste0("x", j))
}
write_doubles(y, "y"); write_codes(worker, "firm"); write_codes(other, "other")
write_codes(rep_len(seq_len(periods), n), "row")
