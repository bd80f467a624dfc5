/* keep_libraries.c - a dlclose that closes nothing, linked into every program of a build with sanitizers.
 *
 * Open MPI closes its components in MPI_Finalize, before the leak checker looks: what they leave behind would then be told as
 * "unknown module", which no suppression can name. With the components still there, leaks.supp names them, and all else is ours.
 */
int dlclose(void *library);

int dlclose(void *library)
{
    (void)library;
    return 0;
}
