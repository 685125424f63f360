#include "audit/small_file.hpp"

#include "base/bytes.hpp"
#include "base/file.hpp"

namespace rookery::audit {
namespace {

constexpr std::size_t small_file_max = 65536;

}  // namespace

std::optional<std::string> read_small_file(const std::filesystem::path& path) {
    const auto content = read_plain_file(path, small_file_max);
    if (!content) return std::nullopt;
    return std::string{text_of(*content)};
}

}  // namespace rookery::audit
