/* hdf5_read.c - see hdf5_read.h. */
#include "io/result/hdf5_read.h"
#include "io/result/seal.h"

#include "kernels/core/size.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BEST_COMPRESSION = 1100, /* deflate packs at most 1032 to 1 */
    TRANSFER_BYTES = 1 << 16 /* HDF5's own 1 MiB is cleared for every dataset of texts: milliseconds each */
};

solow_status solow_read_damaged(const solow_reader *reader, const char *what, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged or was not written by solow: %s", reader->path, what);
}

solow_status solow_read_damaged_at(const solow_reader *reader, hid_t group, const char *name, const char *what,
                                   solow_error *err)
{
    char path[512] = "?";
    (void)H5Iget_name(group, path, sizeof path);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged or was not written by solow: %s/%s %s", reader->path,
                      strcmp(path, "/") == 0 ? "" : path, name, what);
}

static solow_status no_memory(const solow_reader *reader, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
}

static solow_status look_at(const char *path, struct stat *info, solow_error *err)
{
    if (stat(path, info) != 0 || access(path, R_OK) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "cannot read %s: %s", path, strerror(errno));
    }
    if (S_ISDIR(info->st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s is a folder, not a result file", path);
    }
    if (!S_ISREG(info->st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s is not a regular file", path);
    }
    if (info->st_size == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is empty", path);
    }
    return SOLOW_OK;
}

solow_status solow_reader_open(const char *path, solow_reader *reader, solow_error *err)
{
    struct stat info;
    solow_status status = look_at(path, &info, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (H5Fis_hdf5(path) == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is not an HDF5 file", path);
    }
    if (!solow_seal_fits(path)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: its checksum does not fit its content", path);
    }
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (list >= 0 && H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) >= 0) {
        file = H5Fopen(path, H5F_ACC_RDONLY, list);
    }
    (void)H5Pclose(list);
    if (file < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s cannot be opened as HDF5: it is cut short or damaged, or locked by a writer (if the file "
                          "system has no locks, set HDF5_USE_FILE_LOCKING=FALSE)",
                          path);
    }
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    (void)H5Pset_buffer(transfer, TRANSFER_BYTES, NULL, NULL); /* refused, the default stands */
    *reader = (solow_reader){path, file, transfer, (int64_t)info.st_size * BEST_COMPRESSION};
    return SOLOW_OK;
}

void solow_reader_close(solow_reader *reader)
{
    if (reader->file >= 0) {
        (void)H5Fclose(reader->file); /* strong: closes what a failed read left open */
    }
    (void)H5Pclose(reader->transfer_list);
    reader->file = -1;
}

solow_status solow_read_group(const solow_reader *reader, const char *path, hid_t *group, solow_error *err)
{
    hid_t id = H5Gopen2(reader->file, path, H5P_DEFAULT);
    if (id < 0) {
        return solow_read_damaged_at(reader, reader->file, path + (path[0] == '/'), "is missing", err);
    }
    *group = id;
    return SOLOW_OK;
}

/* The name of link number index in order of creation (of name, where that was not kept); malloc'ed, NULL on failure, room
 * false if for want of memory. */
static char *link_at(hid_t group, hsize_t index, bool *room)
{
    H5_index_t order = H5_INDEX_CRT_ORDER;
    ssize_t length = H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    if (length < 0) {
        order = H5_INDEX_NAME;
        length = H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    }
    char *name = length < 0 ? NULL : malloc((size_t)length + 1);
    *room = length < 0 || name != NULL;
    if (name != NULL &&
        H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, index, name, (size_t)length + 1, H5P_DEFAULT) < 0) {
        free(name);
        return NULL;
    }
    return name;
}

static bool is_group(hid_t parent, const char *name)
{
    H5O_info_t info;
    return H5Oget_info_by_name2(parent, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 && info.type == H5O_TYPE_GROUP;
}

solow_status solow_read_children(const solow_reader *reader, hid_t group, char ***name, ptrdiff_t *count,
                                 solow_error *err)
{
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0 || info.nlinks > (hsize_t)reader->most) {
        return solow_read_damaged_at(reader, group, "", "cannot be listed", err);
    }
    char **names = solow_allocate((ptrdiff_t)info.nlinks, sizeof *names);
    ptrdiff_t found = 0;
    solow_status status = SOLOW_OK;
    if (names == NULL) {
        return no_memory(reader, err);
    }
    for (hsize_t i = 0; status == SOLOW_OK && i < info.nlinks; i++) {
        bool room = true;
        char *link = link_at(group, i, &room);
        if (link == NULL) {
            status = room ? solow_read_damaged_at(reader, group, "", "cannot be listed", err) : no_memory(reader, err);
        } else if (is_group(group, link)) {
            names[found++] = link;
        } else {
            free(link);
        }
    }
    if (status != SOLOW_OK) {
        while (found > 0) {
            free(names[--found]);
        }
        free(names);
        return status;
    }
    *name = names;
    *count = found;
    return SOLOW_OK;
}
