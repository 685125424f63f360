#include "cli/config/toml_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace rookery::cli {

Result<toml::table> parse_toml(std::string_view text, std::string_view name) {
    try {
        return toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return fail(
            Errc::usage, fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description())
        );
    }
}

Result<std::string> read_text_file(const std::string& path) {
    constexpr std::size_t bytes_max = std::size_t{1} << 20;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return fail(
            errno == ENOENT ? Errc::not_found : Errc::io,
            fmt::format("cannot open {}: {}", path, std::strerror(errno))
        );
    }
    std::string text(bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return fail(Errc::io, fmt::format("cannot read {}", path));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_max) return fail(Errc::usage, fmt::format("{} is over 1 MiB", path));
    return text;
}

std::string position(std::string_view name, const toml::node& node) {
    return fmt::format("{}:{}", name, node.source().begin.line);
}

}  // namespace rookery::cli
