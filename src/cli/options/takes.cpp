#include "cli/options/takes.hpp"

#include <algorithm>

namespace rookery::cli {
namespace {

struct TakesInfo {
    Takes takes;
    std::string_view label;
};

/// In the order of the enumeration.
constexpr TakesInfo takes_rows[] = {
    {Takes::text, "TEXT"},
    {Takes::word, "WORD"},
    {Takes::number, "NUMBER"},
    {Takes::time, "TIME"},
    {Takes::user, "USER"},
    {Takes::id, "ID"},
    {Takes::url, "URL"},
    {Takes::address, "ADDRESS"},
    {Takes::key, "KEY"},
    {Takes::file, "FILE"},
    {Takes::private_file, "PRIVATE-FILE"},
    {Takes::new_file, "NEW-FILE"},
    {Takes::directory, "DIR"},
};

}  // namespace

std::string_view label_of(Takes takes) { return takes_rows[static_cast<std::size_t>(takes)].label; }

Takes takes_of_label(std::string_view type_name) {
    const auto label = type_name.substr(0, type_name.find(':'));
    const auto* const found = std::ranges::find(takes_rows, label, &TakesInfo::label);
    return found == std::end(takes_rows) ? Takes::text : found->takes;
}

bool is_path(Takes takes) {
    return takes == Takes::file || takes == Takes::private_file || takes == Takes::new_file ||
           takes == Takes::directory;
}

}  // namespace rookery::cli
