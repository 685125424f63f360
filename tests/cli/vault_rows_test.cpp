// What an import learns of the vault before it plans, however many rows there are on either side.
#include "cli/import/vault_rows.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

namespace vault_rows_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;

namespace {

constexpr int stored_rows = 2600;

std::string stored_id(int number) { return "30000" + std::to_string(number); }

std::vector<std::string> stored_ids(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(stored_id(i * (stored_rows / count)));
    return out;
}

std::vector<std::string> new_ids(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back("40000" + std::to_string(i));
    return out;
}

/// Of a hundred characters of four bytes, twelve each in a URL.
std::string long_id(int number) {
    std::string out = std::to_string(1000 + number);
    for (int i = 0; i < 96; ++i) out += "\U0001F426";
    return out;
}

class Vault {
 public:
    Vault()
        : server_(folder_ / "data"),
          records_(server_.as("security")),
          handles_(server_.as("security")) {}

    void store(const std::vector<std::string>& ids) {
        const auto path = (folder_ / "stored.csv").string();
        write_file(path, text_of(ids));
        const auto ran = server_.run_as("security", {"import", path});
        INFO(ran.out << ran.error);
        REQUIRE(ran.code == 0);
    }

    /// The ids of the file that were found in both tables; none may be found in one alone.
    std::set<std::string> found(const std::vector<std::string>& ids) {
        const auto path = (folder_ / "file.csv").string();
        write_file(path, text_of(ids));
        auto file = ImportFile::open(path);
        REQUIRE(file);
        const auto scan = scan_import(*file, [](std::uint64_t) {});
        REQUIRE(scan);
        seen_ = 0;
        const auto rows = read_vault_rows(records_, handles_, *scan, [&](std::uint64_t rows_seen) {
            CHECK(rows_seen > seen_);
            seen_ = rows_seen;
        });
        REQUIRE(rows);
        std::set<std::string> out;
        for (const auto& [at, row] : *rows) {
            CHECK(row.record.has_value());
            CHECK(row.handle.has_value());
            if (row.record && row.handle) CHECK(row.record->handle == row.handle->id);
            out.insert(scan->rows[at].unique_handle_id);
        }
        return out;
    }

    [[nodiscard]] std::uint64_t seen() const { return seen_; }

 private:
    static std::string text_of(const std::vector<std::string>& ids) {
        std::string out = "unique_handle_id,handle,access_token,owner\n";
        for (const auto& id : ids)
            out += id + ",@h,token-of-" + std::to_string(out.size()) + ",Social\n";
        return out;
    }

    TemporaryFolder folder_;
    DevServer server_;
    ApiClient records_;
    ApiClient handles_;
    std::uint64_t seen_ = 0;
};

std::set<std::string> as_set(const std::vector<std::string>& ids) {
    return {ids.begin(), ids.end()};
}

std::vector<std::string> both(std::vector<std::string> one, const std::vector<std::string>& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

}  // namespace

TEST_CASE("an import finds what the vault holds of its file, whichever of them is large", "[cli]") {
    Vault vault;
    vault.store(stored_ids(stored_rows));

    // A few rows: by their keys.
    CHECK(vault.found(both(stored_ids(3), new_ids(2))) == as_set(stored_ids(3)));
    CHECK(vault.seen() == 5);
    // New ones for the most part: the keys are listed, and what was found is looked up.
    CHECK(vault.found(both(stored_ids(10), new_ids(1000))) == as_set(stored_ids(10)));
    // All there: listed with what is compared, after some of the keys.
    CHECK(vault.found(stored_ids(stored_rows)) == as_set(stored_ids(stored_rows)));
    // A vault of more than four times the file: by their keys, after some of the list.
    CHECK(vault.found(both(stored_ids(20), new_ids(500))) == as_set(stored_ids(20)));
    CHECK(vault.found(new_ids(600)).empty());
    // All found before the list ends.
    CHECK(vault.found(stored_ids(600)) == as_set(stored_ids(600)));
}

TEST_CASE("an import finds its rows however long their ids are in a URL", "[cli]") {
    Vault vault;
    std::vector<std::string> stored;
    std::vector<std::string> fresh;
    for (int i = 0; i < 50; ++i) (i % 2 == 0 ? stored : fresh).push_back(long_id(i));
    vault.store(stored);
    CHECK(vault.found(both(stored, fresh)) == as_set(stored));
}

}  // namespace vault_rows_test
