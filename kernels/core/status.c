/* status.c - see status.h. */
#include "kernels/core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

solow_status solow_fail(solow_error *err, solow_status status, const char *file, int line, const char *function,
                        const char *format, ...)
{
    if (err == NULL || err->status != SOLOW_OK) {
        return status;
    }
    err->status = status;
    err->file = file;
    err->line = line;
    err->function = function;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    if (written >= (int)sizeof err->message) {
        memcpy(err->message + sizeof err->message - 4, "...", 4);
    }
    return status;
}

int solow_exit_code(solow_status status)
{
    static const int code[] = {
        [SOLOW_OK] = 0,
        [SOLOW_ERR_USAGE] = 64,
        [SOLOW_ERR_INPUT] = 65,
        [SOLOW_ERR_NO_INPUT] = 66,
        [SOLOW_ERR_INTERNAL] = 70,
        [SOLOW_ERR_MEMORY] = 70,
        [SOLOW_ERR_NUMERIC] = 1,
        [SOLOW_ERR_CREATE] = 73,
        [SOLOW_ERR_IO] = 74,
        [SOLOW_ERR_STOPPED] = 75,
        [SOLOW_ERR_CONFIG] = 78,
    };
    return code[status];
}
