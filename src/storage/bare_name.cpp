#include "storage/bare_name.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace rookery::storage {
namespace {

bool is_drawn(utf8proc_int32_t point) {
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return true;
        default:
            return false;
    }
}

struct Free {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

}  // namespace

std::string bare_name(std::string_view name) {
    constexpr int options =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_uint8_t* mapped = nullptr;
    const auto size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
        static_cast<utf8proc_ssize_t>(name.size()),
        &mapped,
        static_cast<utf8proc_option_t>(options)
    );
    const std::unique_ptr<utf8proc_uint8_t, Free> owned(mapped);
    // Not an empty name: that would pass for none of those that are taken.
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    std::string out;
    for (utf8proc_ssize_t at = 0; at < size;) {
        utf8proc_int32_t point = 0;
        const auto length = utf8proc_iterate(mapped + at, size - at, &point);
        if (length <= 0) break;
        if (is_drawn(point)) {
            out.append(
                reinterpret_cast<const char*>(mapped + at), static_cast<std::size_t>(length)
            );
        }
        at += length;
    }
    return out;
}

}  // namespace rookery::storage
