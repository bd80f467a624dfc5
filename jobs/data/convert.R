# convert.R - write data sets of unpacked Debian packages as CSV: Rscript convert.R UNPACKED OUT TABLE...
#
# A table is looked for among the data of R packages (any folder with a DESCRIPTION), then among gretl's .gdt files.

# The shortest decimal text that reads back as the same double: 15 digits where they suffice, else 17.
exact <- function(x) {
  text <- rep("", length(x))
  there <- !is.na(x)
  text[there] <- sprintf("%.15g", x[there])
  long <- there & as.numeric(text) != x
  text[long] <- sprintf("%.17g", x[long])
  text
}

# RFC 4180: text is quoted where it holds a comma, a quote or a line break; missing values are empty.
quoted <- function(x) {
  x <- as.character(x)
  special <- grepl("[,\"\n]", x)
  x[special] <- paste0("\"", gsub("\"", "\"\"", x[special]), "\"")
  x[is.na(x)] <- ""
  x
}

write_table <- function(frame, file) {
  columns <- lapply(frame, function(x) if (is.numeric(x)) exact(as.numeric(x)) else quoted(x))
  writeLines(c(paste(names(frame), collapse = ","), do.call(paste, c(columns, sep = ","))), file)
}

# R keeps the data of a package in a database beside it; data() reads it without loading the package.
read_r <- function(table, unpacked) {
  library_folder <- file.path(unpacked, "usr/lib/R/site-library")
  for (package in list.files(library_folder)) {
    held <- new.env()
    suppressWarnings(utils::data(list = table, package = package, lib.loc = library_folder, envir = held))
    if (exists(table, held, inherits = FALSE)) return(as.data.frame(get(table, held)))
  }
  NULL
}

# gretl's .gdt is XML of a fixed form: <variable name="x" .../> and <obs label="...">numbers</obs>, "NA" for missing.
read_gretl <- function(table, unpacked) {
  file <- file.path(unpacked, "usr/share/gretl/data/misc", paste0(table, ".gdt"))
  if (!file.exists(file)) return(NULL)
  text <- paste(readLines(gzfile(file), warn = FALSE), collapse = "\n")
  between <- function(pattern) regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]
  names <- sub(".*name=\"([^\"]*)\".*", "\\1", between("<variable\\s+name=\"[^\"]*\""))
  observations <- between("<obs[ >][^<]*</obs>")
  values <- trimws(sub("</obs>$", "", sub("^<obs[^>]*>", "", observations)))
  numbers <- suppressWarnings(matrix(as.numeric(unlist(strsplit(values, "[ \n]+"))), ncol = length(names), byrow = TRUE))
  frame <- as.data.frame(numbers)
  names(frame) <- names
  if (any(grepl("label=", observations))) {
    frame <- cbind(label = sub("^<obs[^>]*label=\"([^\"]*)\".*", "\\1", observations), frame)
  }
  frame
}

arguments <- commandArgs(trailingOnly = TRUE)
for (table in arguments[-(1:2)]) {
  frame <- read_r(table, arguments[1])
  if (is.null(frame)) frame <- read_gretl(table, arguments[1])
  if (is.null(frame)) stop("no data set ", table, " in ", arguments[1])
  write_table(frame, file.path(arguments[2], paste0(table, ".csv")))
}
