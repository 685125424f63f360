#include "vault/file_copy.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace rookery::messages {
namespace {

/// So that the sync at the end is as short as the others.
constexpr std::uint64_t sync_every = 8U << 20;

/// A block, or what is left of the file. Fewer bytes: the file ends.
Result<std::size_t> read_whole(
    const Descriptor& file, std::span<std::uint8_t> out, const std::filesystem::path& path
) {
    std::size_t size = 0;
    while (size < out.size()) {
        ROOKERY_TRY(const auto count, read_from(file, out.subspan(size), path));
        if (count == 0) break;
        size += count;
    }
    return size;
}

}  // namespace

FileCopy::FileCopy(
    Folder::File source, std::filesystem::path path, std::uint64_t size, const Folder& to,
    std::string name
)
    : source_(std::move(source)),
      path_(std::move(path)),
      size_(size),
      to_(to),
      name_(std::move(name)),
      block_(block_bytes) {}

Result<std::unique_ptr<FileCopy>> FileCopy::begin(
    Folder::File source, std::filesystem::path path, std::uint64_t size, const Folder& to,
    const std::string& name, const Folder* earlier
) {
    std::unique_ptr<FileCopy> copy(new FileCopy(std::move(source), std::move(path), size, to, name)
    );
    if (earlier != nullptr) {
        auto before = earlier->open_file(name);
        if (before && before->size == size) {
            copy->earlier_folder_ = earlier;
            copy->earlier_.emplace(std::move(*before));
        }
    }
    if (!copy->earlier_) ROOKERY_CHECK(copy->begin_anew());
    return copy;
}

Result<bool> FileCopy::step() {
    if (done_ == size_) return finish();
    ROOKERY_TRY(const auto count, read_block());
    const auto block = std::span(block_).first(count);
    if (earlier_) {
        ROOKERY_TRY(const bool same, is_in_earlier(block));
        if (!same) {
            ROOKERY_CHECK(begin_anew());
            return false;
        }
    } else {
        ROOKERY_CHECK(put(block));
    }
    hash_.add(block);
    done_ += count;
    return false;
}

/// A copy with bytes of its own.
Result<void> FileCopy::begin_anew() {
    earlier_.reset();
    if (::lseek(source_.descriptor.get(), 0, SEEK_SET) != 0) {
        return io_error("cannot read", path_, errno);
    }
    (void)hash_.digest();
    done_ = 0;
    ROOKERY_TRY(auto out, to_.create(name_));
    out_.emplace(std::move(out));
    return {};
}

Result<std::size_t> FileCopy::read_block() {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, size_ - done_));
    ROOKERY_TRY(
        const auto count, read_whole(source_.descriptor, std::span(block_).first(wanted), path_)
    );
    if (count == wanted) return count;
    return fail(Errc::integrity, "the file " + path_.string() + " is shorter than it was");
}

/// Read and compared, not believed: what the disk of the backups has lost since is not taken over.
Result<bool> FileCopy::is_in_earlier(ByteView block) const {
    std::vector<std::uint8_t> before(block.size());
    const auto count = read_whole(earlier_->descriptor, before, earlier_folder_->path() / name_);
    if (!count) return false;
    return *count == before.size() && std::ranges::equal(before, block);
}

Result<void> FileCopy::put(ByteView block) {
    ROOKERY_CHECK(write_to(*out_, block, to_.path() / name_));
    unsynced_ += block.size();
    if (unsynced_ < sync_every) return {};
    unsynced_ = 0;
    if (::fdatasync(out_->get()) != 0) return io_error("cannot sync", to_.path() / name_, errno);
    return {};
}

Result<bool> FileCopy::finish() {
    if (earlier_) {
        ROOKERY_TRY(shared_, to_.link(*earlier_folder_, name_));
        if (!shared_) {
            ROOKERY_CHECK(begin_anew());
            if (size_ != 0) return false;
        }
    }
    if (!shared_ && ::fsync(out_->get()) != 0) {
        return io_error("cannot sync", to_.path() / name_, errno);
    }
    digest_ = hash_.digest();
    return true;
}

}  // namespace rookery::messages
