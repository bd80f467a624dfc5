/* source.c - see source.h: which format a file has, and the way to its reader. */
#include "io/panel/source.h"
#include "io/panel/reader.h"
#include "kernels/core/size.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = 32 };

typedef struct file_head {
    unsigned char byte[HEAD_BYTES]; /* zero behind the file's end */
    bool hdf5;                      /* the signature may also stand at 512, 1024, 2048, ... */
} file_head;

static const struct ending {
    const char *ending;
    solow_format format;
} endings[] = {{".dta", SOLOW_FORMAT_STATA}, {".sav", SOLOW_FORMAT_SPSS},     {".zsav", SOLOW_FORMAT_SPSS},
               {".xpt", SOLOW_FORMAT_SAS},   {".sas7bdat", SOLOW_FORMAT_SAS}, {".h5", SOLOW_FORMAT_HDF5},
               {".hdf5", SOLOW_FORMAT_HDF5}, {".nc", SOLOW_FORMAT_HDF5}};
enum { ENDINGS = sizeof endings / sizeof endings[0] };

static const solow_format_reader *const readers[] = {
    [SOLOW_FORMAT_CSV] = &solow_csv_reader,    [SOLOW_FORMAT_CSV_GZIP] = &solow_csv_reader,
    [SOLOW_FORMAT_STATA] = &solow_stat_reader, [SOLOW_FORMAT_SPSS] = &solow_stat_reader,
    [SOLOW_FORMAT_SAS] = &solow_stat_reader,   [SOLOW_FORMAT_HDF5] = &solow_hdf5_reader};

const char *solow_path_leaf(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t bytes = strlen(path), tail = strlen(ending);
    return bytes > tail && strcasecmp(path + bytes - tail, ending) == 0;
}

static bool starts_with(const file_head *head, const char *magic, size_t bytes)
{
    return memcmp(head->byte, magic, bytes) == 0;
}

static bool has_hdf5_signature(int file, int64_t bytes)
{
    static const char signature[] = "\211HDF\r\n\032\n";
    char found[8];
    for (int64_t at = 0; at + 8 <= bytes; at = at == 0 ? 512 : 2 * at) {
        if (pread(file, found, sizeof found, (off_t)at) == (ssize_t)sizeof found && memcmp(found, signature, 8) == 0) {
            return true;
        }
    }
    return false;
}

static solow_status look_inside(const char *path, file_head *head, int64_t *bytes, solow_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;
    if (file < 0 || fstat(file, &about) != 0) {
        int reason = errno;
        if (file >= 0) {
            (void)close(file);
        }
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s: %s", path, strerror(reason));
    }
    solow_status status = SOLOW_OK;
    if (S_ISDIR(about.st_mode)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s is a directory, not a data file", path);
    } else if (!S_ISREG(about.st_mode)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s is not a regular file: it is read several times", path);
    } else if (about.st_size == 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is empty", path);
    } else if (pread(file, head->byte, HEAD_BYTES, 0) < 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "%s: %s", path, strerror(errno));
    } else {
        *bytes = about.st_size;
        head->hdf5 = has_hdf5_signature(file, about.st_size);
    }
    (void)close(file);
    return status;
}

/* By content where a format has a signature, else by ending, else CSV. */
static solow_status find_format(const char *path, const file_head *head, solow_format *format, solow_error *err)
{
    if (starts_with(head, "PK\003\004", 4) || starts_with(head, "\320\317\021\340", 4)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is a workbook or an archive: save the table as CSV", path);
    }
    if (starts_with(head, "RDX", 3) || starts_with(head, "BZh", 3) || starts_with(head, "\3757zXZ", 6) ||
        starts_with(head, "PAR1", 4)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s: this format is not read; CSV (plain or gzip), Stata, SPSS, SAS and HDF5 files are",
                          path);
    }
    *format = SOLOW_FORMAT_CSV;
    for (int i = 0; i < ENDINGS; i++) {
        *format = ends_with(path, endings[i].ending) ? endings[i].format : *format;
    }
    if (starts_with(head, "\037\213", 2)) {
        *format = SOLOW_FORMAT_CSV_GZIP;
    } else if (head->hdf5) {
        *format = SOLOW_FORMAT_HDF5;
    } else if (starts_with(head, "<stata_dta>", 11)) {
        *format = SOLOW_FORMAT_STATA;
    } else if (starts_with(head, "$FL2", 4) || starts_with(head, "$FL3", 4)) {
        *format = SOLOW_FORMAT_SPSS;
    }
    return SOLOW_OK;
}

static solow_status copy_options(const solow_source_options *options, solow_source *source, solow_error *err)
{
    static const char *const usual[] = {"", "NA", "."};
    const char *const *missing = options != NULL ? options->missing : usual;
    ptrdiff_t count = options != NULL ? options->missing_count : (ptrdiff_t)(sizeof usual / sizeof usual[0]);
    source->delimiter = options != NULL ? options->delimiter : '\0';
    source->missing = solow_allocate_zeroed(count, sizeof *source->missing);
    source->missing_number = solow_allocate(count, sizeof *source->missing_number);
    bool whole = source->missing != NULL && source->missing_number != NULL;
    for (ptrdiff_t i = 0; whole && i < count; i++) {
        source->missing[i] = solow_copy_text(missing[i]);
        whole = source->missing[i] != NULL;
        source->missing_count += whole ? 1 : 0;
        double *number = &source->missing_number[source->missing_numbers];
        source->missing_numbers += solow_number_parse(missing[i], strlen(missing[i]), number) ? 1 : 0;
    }
    if (whole && options != NULL && options->group != NULL) {
        source->group = solow_copy_text(options->group);
        whole = source->group != NULL;
    }
    return whole ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to open the file", source->path);
}

solow_status solow_source_add_name(solow_source *source, const char *name, size_t bytes, solow_error *err)
{
    char **grown = source->name;
    if ((source->columns & (source->columns - 1)) == 0) { /* grow at powers of two */
        grown = solow_resize(source->name, source->columns == 0 ? 1 : 2 * source->columns, sizeof *grown);
    }
    char *copy = malloc(bytes + 1);
    source->name = grown != NULL ? grown : source->name;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for column names", source->path);
    }
    memcpy(copy, name, bytes);
    copy[bytes] = '\0';
    source->name[source->columns++] = copy;
    return SOLOW_OK;
}

bool solow_source_text_missing(const solow_source *source, const char *text, size_t bytes)
{
    for (; bytes > 0 && (text[0] == ' ' || text[0] == '\t'); text++) {
        bytes--;
    }
    while (bytes > 0 && (text[bytes - 1] == ' ' || text[bytes - 1] == '\t')) {
        bytes--;
    }
    bool missing = bytes == 0;
    for (ptrdiff_t i = 0; !missing && i < source->missing_count; i++) {
        const char *code = source->missing[i];
        missing = code[0] == text[0] && strncmp(code, text, bytes) == 0 && code[bytes] == '\0';
    }
    return missing;
}

bool solow_source_number_missing(const solow_source *source, double value)
{
    bool missing = isnan(value);
    for (ptrdiff_t i = 0; !missing && i < source->missing_numbers; i++) {
        missing = source->missing_number[i] == value;
    }
    return missing;
}

solow_status solow_source_fail_infinite(const solow_source *source, ptrdiff_t column, int64_t row, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                      "%s, row %lld: the number in column '%s' is infinite: code it as missing or drop the row",
                      solow_path_leaf(source->path), (long long)row, source->name[column]);
}

solow_status solow_source_fail_text(const solow_source *source, ptrdiff_t column, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: column '%s' is text where numbers are needed",
                      solow_path_leaf(source->path), source->name[column]);
}

solow_status solow_source_open(const char *path, const solow_source_options *options, solow_source **source,
                               solow_error *err)
{
    file_head head = {{0}, false};
    int64_t bytes = 0;
    solow_format format = SOLOW_FORMAT_CSV;
    solow_status status = look_inside(path, &head, &bytes, err);
    status = status == SOLOW_OK ? find_format(path, &head, &format, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    solow_source *opened = solow_allocate_zeroed(1, sizeof *opened);
    if (opened == NULL || (opened->path = solow_copy_text(path)) == NULL) {
        free(opened);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to open the file", path);
    }
    opened->reader = readers[format];
    opened->format = format;
    opened->bytes = bytes;
    opened->parts = 1;
    status = copy_options(options, opened, err);
    status = status == SOLOW_OK ? opened->reader->open(opened, err) : status;
    if (status != SOLOW_OK) {
        solow_source_close(opened);
        return status;
    }
    *source = opened;
    return SOLOW_OK;
}

void solow_source_close(solow_source *source)
{
    if (source == NULL) {
        return;
    }
    source->reader->close(source);
    for (ptrdiff_t j = 0; j < source->columns; j++) {
        free(source->name[j]);
    }
    for (ptrdiff_t i = 0; i < source->missing_count; i++) {
        free(source->missing[i]);
    }
    free(source->name);
    free(source->missing);
    free(source->missing_number);
    free(source->group);
    free(source->path);
    free(source);
}

solow_format solow_source_format(const solow_source *source)
{
    return source->format;
}

ptrdiff_t solow_source_columns(const solow_source *source)
{
    return source->columns;
}

const char *solow_source_name(const solow_source *source, ptrdiff_t column)
{
    return source->name[column];
}

int64_t solow_source_bytes(const solow_source *source)
{
    return source->bytes;
}

void solow_source_part(solow_source *source, int part, int parts)
{
    source->part = part;
    source->parts = parts;
}

solow_status solow_source_scan(solow_source *source, int *parity, solow_error *err)
{
    *parity = 0;
    return source->reader->scan == NULL ? SOLOW_OK : source->reader->scan(source, parity, err);
}

solow_status solow_source_profile(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows,
                                  bool *numeric, solow_error *err)
{
    return source->reader->profile(source, starts_quoted, wanted, rows, numeric, err);
}

solow_status solow_source_read(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                               int64_t first_row, solow_columns *out, solow_error *err)
{
    (void)first_row; /* readers count the rows before an error themselves */
    return source->reader->read(source, starts_quoted, wanted, numeric, out, err);
}

bool solow_source_sorted_by(const solow_source *source, const char *unit, const char *time)
{
    return source->reader->sorted_by != NULL && source->reader->sorted_by(source, unit, time);
}
