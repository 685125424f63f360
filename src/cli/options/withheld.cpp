#include "cli/options/withheld.hpp"

#include <filesystem>
#include <system_error>

namespace rookery::cli {
namespace {

std::vector<Withheld>& values() {
    static std::vector<Withheld> all;
    return all;
}

}  // namespace

void withhold_if_suspect(std::string_view value, const std::string& place, Takes takes) {
    const auto shape = shape_of(value, takes);
    if (shape.suspicion == Suspicion::none) return;
    std::error_code ignored;
    const std::filesystem::path path{value};
    if (is_path(takes) && std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) {
        return;  // a path after all
    }
    values().push_back({std::string{value}, place, shape.name});
}

std::span<const Withheld> withheld() { return values(); }

void withhold_nothing() { values().clear(); }

}  // namespace rookery::cli
