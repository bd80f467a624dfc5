/* machine.c - what runs here: libraries, kernels, memory. See session.h. */
#include "engine/cli/session.h"

#include "kernels/dense/level.h"

#include <hdf5.h>
#include <yaml.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* OpenBLAS's own words; absent with another BLAS. */
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

static const char *c_library(void)
{
#ifdef __GLIBC__
    return gnu_get_libc_version();
#else
    return "unknown";
#endif
}

const char *solow_blas_core(void)
{
    return openblas_get_corename != NULL ? openblas_get_corename() : "unknown";
}

const char *solow_blas_config(void)
{
    return openblas_get_config != NULL ? openblas_get_config() : "not OpenBLAS";
}

char *solow_machine_kind(void)
{
    char text[512];
    snprintf(text, sizeof text, "solow %s; BLAS %s, core %s; kernels %s; C library %s", SOLOW_VERSION,
             solow_blas_config(), solow_blas_core(), solow_level_name(solow_best_level()), c_library());
    return solow_copy_text(text);
}

char *solow_library_versions(void)
{
    unsigned major = 0, minor = 0, release = 0;
    int yaml_major = 0, yaml_minor = 0, yaml_patch = 0;
    char text[2048];
    H5get_libversion(&major, &minor, &release);
    yaml_get_version(&yaml_major, &yaml_minor, &yaml_patch);
    snprintf(text, sizeof text,
             "solow: %s\nblas: %s\nblas_core: %s\nkernels: %s\nhdf5: %u.%u.%u\nyaml: %d.%d.%d\nc_library: %s\n"
             "readstat: %s\njansson: %s\n",
             SOLOW_VERSION, solow_blas_config(), solow_blas_core(), solow_level_name(solow_best_level()), major, minor,
             release, yaml_major, yaml_minor, yaml_patch, c_library(),
#ifdef SOLOW_READSTAT
             "built in",
#else
             "not built in",
#endif
#ifdef SOLOW_JANSSON
             "built in"
#else
             "not built in"
#endif
    );
    return solow_copy_text(text);
}

/* Bytes of a line of this process's status; 0 without it. */
static double status_bytes(const char *name)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double kilobytes = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            kilobytes = strtod(line + strlen(name), NULL);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return 1024 * kilobytes;
}

double solow_peak_memory(void)
{
    return status_bytes("VmHWM:");
}

double solow_resident_memory(void)
{
    return status_bytes("VmRSS:");
}
