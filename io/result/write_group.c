/* write_group.c - groups named after models and their groups (see layout.h). */
#include "io/result/layout.h"
#include "io/result/link_name.h"

#include <stdlib.h>

hid_t solow_layout_named_group(solow_image *image, hid_t parent, const char *text)
{
    char *name = solow_link_name(text);
    hid_t group = -1;
    if (name == NULL || image->failed) {
        image->failed = true;
    } else if (H5Lexists(parent, name, H5P_DEFAULT) > 0) {
        group = H5Gopen2(parent, name, H5P_DEFAULT);
        image->failed = image->failed || group < 0;
    } else {
        group = solow_image_group(image, parent, name);
        solow_image_text(image, group, "model", text);
    }
    free(name);
    return group;
}

hid_t solow_layout_estimate_group(solow_image *image, hid_t parent, const char *model, const char *group)
{
    hid_t outer = solow_layout_named_group(image, parent, model);
    if (group[0] == '\0') {
        solow_image_text(image, outer, "group", "");
        return outer;
    }
    char *name = solow_link_name(group);
    hid_t inner = -1;
    if (name == NULL) {
        image->failed = true;
    } else {
        inner = solow_image_group(image, outer, name);
        solow_image_text(image, inner, "model", model);
        solow_image_text(image, inner, "group", group);
    }
    free(name);
    solow_image_group_close(image, outer);
    return inner;
}
