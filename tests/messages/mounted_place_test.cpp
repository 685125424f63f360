// A file that is to lie on another disk, when that disk goes away. A link plays the mount: where it leads is another file
// system with /dev/shm, and the data's own without.
#include "vault/mounted_place.hpp"

#include "support/test_vault.hpp"

#include <fstream>
#include <sys/stat.h>

namespace mounted_place_test {

using namespace rookery;
using messages::MountedPlace;
namespace fs = std::filesystem;

namespace {

struct Mount {
    Mount() {
        fs::create_directory(folder.path() / "data");
        fs::create_directory(folder.path() / "empty");
        fs::create_directory(disk);
        lead_to(disk);
    }

    ~Mount() {
        std::error_code ignored;
        fs::remove_all(disk, ignored);
    }

    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    void lead_to(const fs::path& where) const {
        fs::remove(folder.path() / "mnt");
        fs::create_directory_symlink(where, folder.path() / "mnt");
    }

    [[nodiscard]] bool has_another_disk() const {
        struct stat a {};

        struct stat b {};

        return ::stat(disk.c_str(), &a) == 0 && ::stat(folder.path().c_str(), &b) == 0 &&
               a.st_dev != b.st_dev;
    }

    test::TemporaryFolder folder;
    fs::path disk = "/dev/shm" / folder.path().filename();
    fs::path file = folder.path() / "mnt" / "anchor";
};

}  // namespace

TEST_CASE("a file is not written into the mount point of a disk that is gone", "[messages]") {
    const Mount mount;
    if (!mount.has_another_disk()) {
        WARN("there is no second file system here");
        return;
    }
    const MountedPlace place(mount.file, mount.folder.path() / "data");
    CHECK(place.check());
    std::ofstream(mount.file) << "an anchor";
    CHECK(place.check());
    mount.lead_to(mount.folder.path() / "empty");
    CHECK(place.check().error().code == Errc::io);
    // Not even over one that somebody left there: it is the data's own disk.
    std::ofstream(mount.file) << "an older anchor";
    CHECK(place.check().error().code == Errc::io);
    mount.lead_to(mount.disk);
    CHECK(place.check());
}

TEST_CASE("a file whose disk was never apart, or is not there yet, is as it was", "[messages]") {
    const Mount mount;
    mount.lead_to(mount.folder.path() / "empty");
    CHECK(MountedPlace(mount.file, mount.folder.path() / "data").check());
    const MountedPlace absent(mount.folder.path() / "nowhere" / "anchor", mount.folder.path());
    CHECK(absent.check());
}

}  // namespace mounted_place_test
