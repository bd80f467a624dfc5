/* main.c - the program: settles the environment, then hands its arguments to the verb they name.
 *
 * OpenBLAS starts its threads when it is loaded, so one thread a rank must be asked for before: if the variables are not
 * set, the program sets them and starts itself again, once, before MPI_Init.
 */
#include "engine/cli/verb.h"

#include "io/job/job.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void settle_threads(char **argv)
{
    static const char again[] = "SOLOW_THREADS_SET";
    if (getenv("OPENBLAS_NUM_THREADS") != NULL && getenv("OMP_NUM_THREADS") != NULL) {
        return;
    }
    if (getenv(again) == NULL && setenv("OPENBLAS_NUM_THREADS", "1", 0) == 0 &&
        setenv("OMP_NUM_THREADS", "1", 0) == 0 && setenv(again, "1", 1) == 0) {
        execv("/proc/self/exe",
              argv); /* returns only if it failed: then BLAS keeps its threads, which costs speed only */
    }
}

static int usage(FILE *to)
{
    fputs("solow: batch econometrics on panels of innovation inputs and productivity outputs\n\n", to);
    for (const solow_verb *v = solow_verbs; v->name != NULL; v++) {
        fprintf(to, "  solow %-11s %s\n", v->name, v->summary);
    }
    fputs("\nsolow VERB --help tells more.\n", to);
    return to == stdout ? 0 : 64;
}

static int unknown_verb(const char *name)
{
    const char *names[32];
    ptrdiff_t count = 0;
    for (const solow_verb *v = solow_verbs; v->name != NULL && count < 32; v++) {
        names[count++] = v->name;
    }
    const char *near = solow_closest(name, names, count);
    fprintf(stderr, "solow: there is no verb `%s`%s%s%s\n", name,
            near != NULL ? "; did you mean `" : "; see solow --help", near != NULL ? near : "",
            near != NULL ? "`?" : "");
    return 64;
}

int main(int argc, char **argv)
{
    settle_threads(argv);
    (void)signal(SIGXFSZ,
                 SIG_IGN); /* a file beyond the user's limit is a write that fails, told and cleaned up after */
    if (argc < 2) {
        return usage(stderr);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        return usage(stdout);
    }
    if (strcmp(argv[1], "--version") == 0) {
        return solow_verb_version(argc - 1, argv + 1);
    }
    for (const solow_verb *v = solow_verbs; v->name != NULL; v++) {
        if (strcmp(argv[1], v->name) == 0) {
            for (int i = 2; i < argc; i++) {
                if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
                    return solow_cli_help(v->name);
                }
            }
            return v->run(argc - 1, argv + 1);
        }
    }
    return unknown_verb(argv[1]);
}
