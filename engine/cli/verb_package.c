#include "engine/cli/verb.h"
int solow_verb_package(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 70;
}
