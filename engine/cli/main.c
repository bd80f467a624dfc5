/* main.c - the program: hands its arguments to the verb they name. */
#include <stdio.h>

int main(void)
{
    fputs("solow " SOLOW_VERSION "\n", stdout);
    return 0;
}
