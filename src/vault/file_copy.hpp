// FileCopy: one file copied into a folder, a block at a time, with the digest of what was read. A file that the folder of an
// earlier copy has as well, byte for byte, becomes another name of that one where the file system can do that.
#pragma once

#include "base/folder.hpp"
#include "base/result.hpp"
#include "crypto/sha256.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

class FileCopy {
 public:
    static constexpr std::size_t block_bytes = std::size_t{1} << 20;

    /// The first `size` bytes of `source`, under `name` in `to`, which outlives it. `earlier` outlives it; null: there is none.
    [[nodiscard]] static Result<std::unique_ptr<FileCopy>> begin(
        Folder::File source, std::filesystem::path path, std::uint64_t size, const Folder& to,
        const std::string& name, const Folder* earlier
    );

    /// One block. True: it is there, and synced. Errc::integrity when the source ends early.
    [[nodiscard]] Result<bool> step();

    /// How much of the file it has behind it. May go back, when it turns out that it is not the earlier one.
    [[nodiscard]] std::uint64_t done() const { return done_; }

    [[nodiscard]] bool shared() const { return shared_; }

    /// Of the whole, at the end.
    [[nodiscard]] const Digest& digest() const { return digest_; }

 private:
    FileCopy(
        Folder::File source, std::filesystem::path path, std::uint64_t size, const Folder& to,
        std::string name
    );

    [[nodiscard]] Result<void> begin_anew();
    [[nodiscard]] Result<std::size_t> read_block();
    [[nodiscard]] Result<bool> is_in_earlier(ByteView block) const;
    [[nodiscard]] Result<void> put(ByteView block);
    [[nodiscard]] Result<bool> finish();

    Folder::File source_;
    std::filesystem::path path_;
    std::uint64_t size_;
    const Folder& to_;
    std::string name_;
    const Folder* earlier_folder_ = nullptr;
    std::optional<Folder::File> earlier_;  // as long as it may be the same
    std::optional<Descriptor> out_;
    crypto::Sha256 hash_;
    std::vector<std::uint8_t> block_;
    std::uint64_t done_ = 0;
    std::uint64_t unsynced_ = 0;
    bool shared_ = false;
    Digest digest_{};
};

}  // namespace rookery::messages
