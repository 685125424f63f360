#include "storage/rocksdb_files.hpp"

#include "base/file.hpp"
#include "base/integrity_failure.hpp"
#include "storage/rocksdb_error.hpp"
#include "storage/rocksdb_held_files.hpp"

#include <rocksdb/file_checksum.h>
#include <rocksdb/metadata.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace rookery::storage {
namespace {

/// What the engine would trip over: it takes numbers from names as they are, and opens what it finds. Its
/// own temporary files that a crash has left it never removes.
Result<void> check_names(const std::filesystem::path& folder, OpenMode mode) {
    constexpr std::size_t digits_max = 12;
    std::error_code error;
    std::vector<std::filesystem::path> temporary;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        const auto name = at->path().filename().string();
        const auto digits = name.find_first_not_of("0123456789");
        if (digits != std::string::npos && digits > digits_max) {
            return fail(
                Errc::integrity,
                "the store has a file that no engine wrote: store/" + name,
                "move it out of the directory while the server is stopped, and find out where it "
                "came from"
            );
        }
        const auto status = at->symlink_status(error);
        if (!error && !std::filesystem::is_regular_file(status)) {
            return fail(
                Errc::integrity,
                "the store has a file that is no regular file: store/" + name,
                "move it out of the directory while the server is stopped, and find out where it "
                "came from"
            );
        }
        if (name.ends_with(".dbtmp")) temporary.push_back(at->path());
    }
    if (error) {
        return fail(Errc::io, "cannot look into " + folder.string() + ": " + error.message());
    }
    if (mode == OpenMode::read_only) return {};
    for (const auto& path : temporary) std::filesystem::remove(path, error);
    return {};
}

/// Whether this errno says that another thing, or nothing, stands where the engine wrote a file. Any other
/// is about this machine and says nothing of the store.
bool is_about_the_file(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EISDIR;
}

tl::unexpected<Error> not_as_written(const std::string& name) {
    return integrity_failure("the file store" + name + " is not as the engine wrote it");
}

/// Every byte against the checksum in the manifest; the engine's own way to do that cannot read mapped
/// files. One that was written before there were any is checked block by block when it is read.
Result<void> check_file(const rocksdb::LiveFileMetaData& file) {
    if (file.file_checksum_func_name == rocksdb::kUnknownFileChecksumFuncName ||
        file.file_checksum.empty()) {
        return {};
    }
    const auto refuse = [&](std::string_view what, int error) -> tl::unexpected<Error> {
        if (is_about_the_file(error)) return not_as_written(file.name);
        return io_error(what, file.db_path + file.name, error);
    };
    const Descriptor in(
        ::open((file.db_path + file.name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    );
    if (!in.ok()) return refuse("cannot open", errno);
    const auto sum = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
    std::vector<char> block(std::size_t{1} << 20);
    for (;;) {
        const auto count = ::read(in.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return refuse("cannot read", errno);
        if (count == 0) break;
        sum->Update(block.data(), static_cast<std::size_t>(count));
    }
    sum->Finalize();
    if (sum->GetChecksum() != file.file_checksum) return not_as_written(file.name);
    return {};
}

}  // namespace

Result<void> make_store_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(folder, error);
    if (!error && made) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    if (!error) return {};
    return fail(
        Errc::io,
        "cannot make " + folder.string() + ": " + error.message(),
        "check the permissions of the directory above"
    );
}

Result<void> check_store_folder(const std::filesystem::path& folder, OpenMode mode) {
    std::error_code error;
    const bool there = std::filesystem::exists(folder / "CURRENT", error);
    if (error) {
        return fail(
            Errc::io,
            "cannot look into " + folder.string() + ": " + error.message(),
            "check the directory's permissions"
        );
    }
    if (!there) {
        // A folder that lacks it lost it; without the folder the path may be wrong.
        const bool folder_there = std::filesystem::exists(folder, error);
        return fail(
            folder_there ? Errc::integrity : Errc::io,
            "there is no store in " + folder.string(),
            folder_there ? "restore it from a backup of this vault" : "check the path"
        );
    }
    return check_names(folder, mode);
}

Result<void> check_database_files(rocksdb::DB& db) {
    const FilesKept kept(db);
    std::vector<rocksdb::LiveFileMetaData> files;
    db.GetLiveFilesMetaData(&files);
    for (const auto& file : files) ROOKERY_CHECK(check_file(file));
    const std::unique_ptr<rocksdb::Iterator> stray(
        db.NewIterator(rocksdb::ReadOptions{}, db.DefaultColumnFamily())
    );
    stray->SeekToFirst();
    if (stray->Valid()) {
        return fail(Errc::integrity, "there are keys in the engine's own family, which has none");
    }
    if (!stray->status().ok()) return fail(rocksdb_error(stray->status()));
    return {};
}

}  // namespace rookery::storage
