/* hdf5_read_attribute.c - attributes of a file that is not trusted (see hdf5_read.h). */
#include "io/result/hdf5_read.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_status bad_attribute(const solow_reader *reader, const char *name, const char *what, solow_error *err)
{
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence, "attribute %s %s", name, what);
    return solow_read_damaged(reader, sentence, err);
}

/* Opens an attribute of variable-length text with its element count. */
static solow_status open_text(const solow_reader *reader, hid_t object, const char *name, hid_t *attribute,
                              ptrdiff_t *count, solow_error *err)
{
    hid_t id = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (id < 0) {
        return bad_attribute(reader, name, "is missing", err);
    }
    hid_t type = H5Aget_type(id), space = H5Aget_space(id);
    hssize_t points = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    bool is_text = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
    if (type >= 0) {
        (void)H5Tclose(type);
    }
    if (space >= 0) {
        (void)H5Sclose(space);
    }
    if (!is_text || points < 0 || points > reader->most) {
        (void)H5Aclose(id);
        return bad_attribute(reader, name, "is not text", err);
    }
    *attribute = id;
    *count = points;
    return SOLOW_OK;
}

/* All elements of an open text attribute; [count] HDF5's own texts. */
static bool read_elements(hid_t attribute, char **text)
{
    hid_t type = H5Aget_type(attribute);
    hid_t memory = H5Tcopy(H5T_C_S1);
    bool ok = type >= 0 && memory >= 0 && H5Tset_size(memory, H5T_VARIABLE) >= 0 &&
              H5Tset_cset(memory, H5Tget_cset(type)) >= 0 && H5Aread(attribute, memory, text) >= 0;
    (void)H5Tclose(memory);
    (void)H5Tclose(type);
    return ok;
}

solow_status solow_read_attribute_list(const solow_reader *reader, hid_t object, const char *name, char ***text,
                                       ptrdiff_t *count, solow_error *err)
{
    hid_t attribute = -1;
    ptrdiff_t found = 0;
    solow_status status = open_text(reader, object, name, &attribute, &found, err);
    if (status != SOLOW_OK) {
        return status;
    }
    char **raw = solow_allocate_zeroed(found, sizeof *raw), **copies = solow_allocate_zeroed(found, sizeof *copies);
    bool room = raw != NULL && copies != NULL;
    bool ok = room && (found == 0 || read_elements(attribute, raw));
    for (ptrdiff_t i = 0; ok && room && i < found; i++) {
        copies[i] = solow_copy_text(raw[i] != NULL ? raw[i] : "");
        room = copies[i] != NULL;
    }
    for (ptrdiff_t i = 0; raw != NULL && i < found; i++) {
        if (raw[i] != NULL) {
            (void)H5free_memory(raw[i]);
        }
    }
    free(raw);
    (void)H5Aclose(attribute);
    if (ok && room) {
        *text = copies;
        *count = found;
        return SOLOW_OK;
    }
    for (ptrdiff_t i = 0; copies != NULL && i < found; i++) {
        free(copies[i]);
    }
    free(copies);
    return room ? bad_attribute(reader, name, "cannot be read", err)
                : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
}

solow_status solow_read_attribute(const solow_reader *reader, hid_t object, const char *name, char **text,
                                  solow_error *err)
{
    char **list = NULL;
    ptrdiff_t count = 0;
    solow_status status = solow_read_attribute_list(reader, object, name, &list, &count, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if (count == 1) {
        *text = list[0];
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            free(list[i]);
        }
        status = bad_attribute(reader, name, "is not one text", err);
    }
    free(list);
    return status;
}

/* The name of attribute number index in order of creation; malloc'ed, NULL on failure, room false if for want of memory. */
static char *name_at(hid_t object, hsize_t index, bool *room)
{
    ssize_t length = H5Aget_name_by_idx(object, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
    char *name = length < 0 ? NULL : malloc((size_t)length + 1);
    *room = length < 0 || name != NULL;
    if (name != NULL && H5Aget_name_by_idx(object, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, name,
                                           (size_t)length + 1, H5P_DEFAULT) < 0) {
        free(name);
        return NULL;
    }
    return name;
}

/* A scalar number or integer of an attribute. */
static bool read_scalar(hid_t object, const char *name, solow_attribute *attribute)
{
    hid_t id = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = id >= 0 ? H5Aget_type(id) : -1, space = id >= 0 ? H5Aget_space(id) : -1;
    bool ok = type >= 0 && space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (ok && H5Tget_class(type) == H5T_INTEGER) {
        attribute->kind = SOLOW_CELL_INTEGER;
        ok = H5Aread(id, H5T_NATIVE_INT64, &attribute->integer) >= 0;
    } else {
        attribute->kind = SOLOW_CELL_NUMBER;
        ok = ok && H5Tget_class(type) == H5T_FLOAT && H5Aread(id, H5T_NATIVE_DOUBLE, &attribute->number) >= 0;
    }
    (void)H5Sclose(space);
    (void)H5Tclose(type);
    (void)H5Aclose(id);
    return ok;
}

static bool is_text(hid_t object, const char *name)
{
    hid_t id = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = id >= 0 ? H5Aget_type(id) : -1;
    bool text = type >= 0 && H5Tget_class(type) == H5T_STRING;
    (void)H5Tclose(type);
    (void)H5Aclose(id);
    return text;
}

solow_status solow_read_attribute_at(const solow_reader *reader, hid_t object, ptrdiff_t index,
                                     solow_attribute *attribute, solow_error *err)
{
    bool room = true;
    char *name = name_at(object, (hsize_t)index, &room), *text = NULL;
    if (name == NULL) {
        return room ? solow_read_damaged(reader, "its attributes cannot be listed", err)
                    : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read %s", reader->path);
    }
    solow_attribute found = {.kind = SOLOW_CELL_TEXT};
    solow_status status = SOLOW_OK;
    if (is_text(object, name)) {
        status = solow_read_attribute(reader, object, name, &text, err);
    } else if (!read_scalar(object, name, &found)) {
        status = bad_attribute(reader, name, "cannot be read", err);
    }
    if (status != SOLOW_OK) {
        free(name);
        return status;
    }
    found.name = name;
    found.text = text;
    *attribute = found;
    return SOLOW_OK;
}
