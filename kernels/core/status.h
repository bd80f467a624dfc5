/* status.h - how a function says that it failed: a status, a place, a sentence.
 *
 * Every public function that can fail returns a solow_status and takes a solow_error as its last argument. SOLOW_FAIL
 * stores status, file, line, function and message there; the first cause wins, so a caller may add nothing and lose
 * nothing. Handles and scalars are untouched on failure, arrays are undefined but safe to free.
 */
#ifndef SOLOW_KERNELS_CORE_STATUS_H
#define SOLOW_KERNELS_CORE_STATUS_H

#include <stddef.h>

typedef enum {
    SOLOW_OK = 0,
    SOLOW_ERR_USAGE,    /* exit 64: the command line */
    SOLOW_ERR_INPUT,    /* exit 65: data or job file with content that cannot be used */
    SOLOW_ERR_NO_INPUT, /* exit 66: a file that is not there or cannot be opened */
    SOLOW_ERR_INTERNAL, /* exit 70: a library call that should not fail did */
    SOLOW_ERR_MEMORY,   /* exit 70: no memory */
    SOLOW_ERR_NUMERIC,  /* never an exit code: an estimate that does not exist; the model's status is failed */
    SOLOW_ERR_CREATE,   /* exit 73: an output that cannot be created */
    SOLOW_ERR_IO,       /* exit 74: reading or writing broke off */
    SOLOW_ERR_STOPPED,  /* exit 75: stopped early, run again */
    SOLOW_ERR_CONFIG    /* exit 78: machine or launch configuration */
} solow_status;

#define SOLOW_MESSAGE_BYTES 2048

typedef struct solow_error {
    solow_status status; /* SOLOW_OK until the first failure */
    const char *file, *function;
    int line;
    char message[SOLOW_MESSAGE_BYTES]; /* one sentence: what, where, what to do; cut with "..." if too long */
} solow_error;

/* Stores the first failure in err (NULL is allowed) and returns status. */
solow_status solow_fail(solow_error *err, solow_status status, const char *file, int line, const char *function,
                        const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The status that was told: written out, so that whoever reads one file alone, person or analyzer, knows that it is none but
 * the failure. */
static inline solow_status solow_as_told(solow_status status, solow_status told)
{
    (void)told;
    return status;
}

#define SOLOW_FAIL(err, status, ...)                                                                                   \
    solow_as_told((status), solow_fail((err), (status), __FILE__, __LINE__, __func__, __VA_ARGS__))

/* The sysexits code of DESIGN 7 for a status. */
int solow_exit_code(solow_status status);

#endif
