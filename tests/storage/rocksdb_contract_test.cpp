// RocksDB owes everything that an engine can.
#include "storage/rocksdb_folder.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/store_contract.hpp"
#include "storage/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

namespace rocksdb_contract_test {

using namespace rookery;
using namespace rookery::storage;
using storage::test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// While it lives no file grows beyond half of what the write-ahead log has now, so that its next record
/// does not fit.
class NoFileGrows {
 public:
    explicit NoFileGrows(const fs::path& folder) {
        struct sigaction ignore {};

        ignore.sa_handler = SIG_IGN;
        REQUIRE(::sigaction(SIGXFSZ, &ignore, &before_) == 0);
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit_) == 0);
        const rlimit tight{fs::file_size(storage::test::live_log(folder)) / 2, limit_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    }

    ~NoFileGrows() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        ::sigaction(SIGXFSZ, &before_, nullptr);
    }

    NoFileGrows(const NoFileGrows&) = delete;
    NoFileGrows& operator=(const NoFileGrows&) = delete;
    NoFileGrows(NoFileGrows&&) = delete;
    NoFileGrows& operator=(NoFileGrows&&) = delete;

 private:
    struct sigaction before_ {};

    rlimit limit_{};
};

class OnRocksdb final : public storage::test::EngineUnderTest {
 public:
    [[nodiscard]] Result<std::unique_ptr<Store>> open(OpenMode mode) override {
        return rocksdb_engine()(path_, mode);
    }

    [[nodiscard]] Result<std::unique_ptr<Store>> open_with_bound(std::size_t touched_keys_max
    ) override {
        RocksdbOptions options;
        options.touched_keys_max = touched_keys_max;
        return rocksdb_engine(options)(path_, OpenMode::create_if_missing);
    }

    [[nodiscard]] std::shared_ptr<void> writes_failing() override {
        return std::make_shared<NoFileGrows>(path_);
    }

    void crash() override {
        const auto left = folder_.path() / "crashed";
        storage::test::copy_folder(path_, left);
        path_ = left;
    }

    /// In the middle of the largest table file, which is in a block of rows.
    void damage() override {
        fs::path largest;
        for (const auto& entry : fs::directory_iterator(path_)) {
            if (entry.path().extension() != ".sst") continue;
            if (largest.empty() || entry.file_size() > fs::file_size(largest))
                largest = entry.path();
        }
        REQUIRE_FALSE(largest.empty());
        std::fstream file(largest, std::ios::binary | std::ios::in | std::ios::out);
        const auto middle = static_cast<std::streamoff>(fs::file_size(largest) / 2);
        file.seekg(middle);
        const auto byte = static_cast<char>(file.get() ^ 1);
        file.seekp(middle);
        file.put(byte);
    }

 private:
    TemporaryFolder folder_;
    fs::path path_ = folder_.path() / "db";
};

const storage::test::ContractTests contract(
    "the store on RocksDB", {.survives_a_crash = true, .has_bytes_at_rest = true},
    [] { return std::make_unique<OnRocksdb>(); }
);

}  // namespace

}  // namespace rocksdb_contract_test
