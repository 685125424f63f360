#include "cli/import/import_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

constexpr std::size_t kept_bytes_max = std::size_t{256} << 20;
constexpr std::size_t import_piece_bytes = std::size_t{1} << 20;

tl::unexpected<Error> cannot(std::string_view what, const std::string& name) {
    return fail(
        errno == ENOENT ? Errc::not_found : Errc::io,
        fmt::format("cannot {} {}: {}", what, name, std::strerror(errno))
    );
}

Result<WipedBuffer> read_to_end(int fd, const std::string& name) {
    WipedBuffer out;
    for (;;) {
        const auto had = out.size();
        if (had >= kept_bytes_max) {
            return fail(
                Errc::too_large,
                fmt::format("{} has more than {} MiB", name, kept_bytes_max >> 20U),
                "import from a file, which is not kept in memory"
            );
        }
        if (out.capacity() < had + import_piece_bytes) out.reserve(2 * had + import_piece_bytes);
        out.resize(had + import_piece_bytes);
        const auto n = ::read(fd, out.data() + had, import_piece_bytes);
        const int error = errno;
        out.resize(had + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        if (n == 0) return out;
        errno = error;
        if (n < 0 && errno != EINTR) return cannot("read", name);
    }
}

}  // namespace

Result<ImportFile> ImportFile::open(const std::string& path) {
    const bool standard = path == "-";
    ImportFile out(standard ? "standard input" : path);
    if (standard && ::isatty(STDIN_FILENO) == 1) {
        return fail(
            Errc::usage,
            "standard input is a terminal",
            "name a file, or send one: … | rookery import -"
        );
    }
    Descriptor opened(
        standard ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)
    );

    struct stat facts {};

    if (!opened.ok() || ::fstat(opened.get(), &facts) != 0) return cannot("open", out.name_);
    if (S_ISREG(facts.st_mode)) {
        out.file_ = std::make_shared<const Descriptor>(std::move(opened));
        return out;
    }
    ROOKERY_TRY(auto content, read_to_end(opened.get(), out.name_));
    out.content_ = std::make_shared<const WipedBuffer>(std::move(content));
    return out;
}

CsvReader::Source ImportFile::source() const {
    if (content_) {
        return [content = content_,
                at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
            const auto n = std::min(out.size(), content->size() - at);
            std::copy_n(content->data() + at, n, out.data());
            at += n;
            return n;
        };
    }
    // Each reader has a place of its own in the file.
    return [file = file_, name = name_, at = ::off_t{0}](std::span<char> out
           ) mutable -> Result<std::size_t> {
        for (;;) {
            const auto n = ::pread(file->get(), out.data(), out.size(), at);
            if (n >= 0) {
                at += n;
                return static_cast<std::size_t>(n);
            }
            if (errno != EINTR) return cannot("read", name);
        }
    };
}

Result<ImportRows> ImportFile::rows() const {
    CsvReader reader(source());
    CsvRow first;
    ROOKERY_TRY(const bool any, reader.next(first));
    if (!any) return fail(Errc::usage, fmt::format("{} is empty: not even a header", name_));
    ROOKERY_TRY(const auto header, ImportHeader::read(first));
    for (std::size_t i = 0; i < static_cast<std::size_t>(ImportColumn::count_); ++i) {
        const auto& column = row_of(static_cast<ImportColumn>(i));
        const auto position = header.position(column.column);
        if (column.secret && position) reader.secret_column(*position);
    }
    return ImportRows{std::move(reader), header};
}

}  // namespace rookery::cli
