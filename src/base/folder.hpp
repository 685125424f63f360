// Folder: a directory that is open, and what is done in it by plain names. Nobody who renames or links something on the way
// to it changes what is meant: the way was gone once. No symbolic link in it is followed.
#pragma once

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rookery {

class Folder {
 public:
    /// One that is nobody else's: of this user, mode 0700, no symbolic link. Errc::not_found, Errc::bad_permissions,
    /// Errc::io.
    [[nodiscard]] static Result<Folder> open_private(const std::filesystem::path& path);
    /// Of any owner and mode, to read from. Errc::not_found when there is none, or a link; Errc::io.
    [[nodiscard]] static Result<Folder> open_to_read(const std::filesystem::path& path);

    /// As it was named: for errors, and for whoever takes a path alone.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// As long as it is open. Errc::in_use when somebody has it.
    [[nodiscard]] Result<void> lock() const;

    /// Names, without order. Errc::too_many_rows when there are more than `names_max`.
    [[nodiscard]] Result<std::vector<std::string>> names(std::size_t names_max) const;

    /// A new one in it, mode 0700.
    [[nodiscard]] Result<Folder> make(const std::string& name) const;
    [[nodiscard]] Result<Folder> open(const std::string& name) const;

    struct File {
        Descriptor descriptor;
        std::uint64_t size = 0;
    };

    /// A new file, mode 0600, to write.
    [[nodiscard]] Result<Descriptor> create(const std::string& name) const;
    /// Errc::not_found; Errc::bad_permissions for anything but a regular file.
    [[nodiscard]] Result<File> open_file(const std::string& name) const;
    /// The whole of a file. Errc::too_large.
    [[nodiscard]] Result<Bytes> read(const std::string& name, std::size_t bytes_max) const;
    /// A new file, synced; its name is not.
    [[nodiscard]] Result<void> write(const std::string& name, ByteView content) const;

    /// Gives a file of `from` the same name here. False where the file system has no such links, or no more of them.
    [[nodiscard]] Result<bool> link(const Folder& from, const std::string& name) const;
    /// Within it, or into another of the same file system. Never over anything.
    [[nodiscard]] Result<void> rename(
        const std::string& from, const Folder& to, const std::string& name
    ) const;
    /// Makes the names in it durable.
    [[nodiscard]] Result<void> sync() const;
    /// A file, or a directory with all that is in it, to a small depth; nothing when there is none.
    [[nodiscard]] Result<void> remove(const std::string& name) const;

    /// Whether it is `other`, or lies in it.
    [[nodiscard]] bool lies_in(const Folder& other) const;

 private:
    Folder(std::filesystem::path path, Descriptor descriptor)
        : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

    [[nodiscard]] Result<void> remove_at(const std::string& name, unsigned depth) const;

    std::filesystem::path path_;
    Descriptor descriptor_;
};

/// All of it. Errc::io names `path`.
[[nodiscard]] Result<void> write_to(
    const Descriptor& file, ByteView content, const std::filesystem::path& path
);
/// As much as there is and `out` takes; 0: the end.
[[nodiscard]] Result<std::size_t> read_from(
    const Descriptor& file, std::span<std::uint8_t> out, const std::filesystem::path& path
);

}  // namespace rookery
