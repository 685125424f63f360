#include "storage/row_tag.hpp"

#include "storage/data_key_mark.hpp"
#include "storage/sample_row.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>

namespace row_tag_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;

namespace {

/// A keyring, and its successor with another row key.
struct TwoKeys {
    TwoKeys() {
        crypto::test::CountingRandom random(7);
        auto added = crypto::test::value(
            before.with_new_key(crypto::Purpose::row, random, crypto::test::epoch_2026)
        );
        after = std::make_unique<crypto::Keyring>(crypto::test::value(
            added.with_active(crypto::Purpose::row, 2, crypto::test::epoch_2026)
        ));
    }

    crypto::Keyring before = crypto::test::counting_keyring();
    std::unique_ptr<crypto::Keyring> after;
};

}  // namespace

TEST_CASE("a row that is tagged anew is the same row, one version on", "[storage]") {
    const TwoKeys keys;
    const crypto::RowAuthenticator older(*keys.after);
    const auto was = sample_row();
    const auto stored = encode(was, crypto::RowAuthenticator(keys.before)).value;
    CHECK(crypto::test::value(row_key_version_of(stored)) == 1);
    const auto tagged = crypto::test::value(retagged(sample_table(), sample_id, stored, older));
    CHECK(crypto::test::value(row_key_version_of(tagged.value)) == 2);
    CHECK(tagged.value.size() == stored.size());
    const auto is =
        std::get<Row>(crypto::test::value(decode(sample_table(), sample_id, tagged.value, older)));
    CHECK(is.row_version == was.row_version + 1);
    CHECK(is.versionnumber == was.versionnumber);
    CHECK(is.dek_version == was.dek_version);
    CHECK(is.wrapped_dek == was.wrapped_dek);
    CHECK(is.wrap_generation == was.wrap_generation);
    CHECK(is.tag == tagged.tag);
    REQUIRE(is.cells.size() == was.cells.size());
    for (std::size_t i = 0; i < is.cells.size(); ++i) {
        CHECK(is.cells[i].column == was.cells[i].column);
        CHECK(is.cells[i].value == was.cells[i].value);
    }
    CHECK_FALSE(
        decode(sample_table(), sample_id, tagged.value, crypto::RowAuthenticator(keys.before))
    );
}

TEST_CASE("what is left of a deleted row is tagged anew too", "[storage]") {
    const TwoKeys keys;
    const Tombstone gone{7, {}, 9};
    const auto stored =
        encode(gone, sample_table(), sample_id, crypto::RowAuthenticator(keys.before)).value;
    const crypto::RowAuthenticator authenticator(*keys.after);
    const auto tagged =
        crypto::test::value(retagged(sample_table(), sample_id, stored, authenticator));
    const auto is = std::get<Tombstone>(
        crypto::test::value(decode(sample_table(), sample_id, tagged.value, authenticator))
    );
    CHECK(is.row_version == 8);
    CHECK(is.versionnumber == 9);
}

TEST_CASE("only what has a right tag gets another one", "[storage]") {
    const TwoKeys keys;
    const crypto::RowAuthenticator authenticator(*keys.after);
    auto stored = encode(sample_row(), crypto::RowAuthenticator(keys.before)).value;
    SECTION("a byte of the body") { stored[20] = static_cast<char>(stored[20] ^ 1); }
    SECTION("the kind") { stored[0] = 2; }
    SECTION("cut") { stored.resize(stored.size() - 1); }
    SECTION("nothing") { stored.clear(); }
    CHECK_FALSE(retagged(sample_table(), sample_id, stored, authenticator));
}

TEST_CASE(
    "a row says in clear which KEK its data key is under, and how often it was wrapped", "[storage]"
) {
    const TwoKeys keys;
    auto row = sample_row();
    row.wrap_generation = 3;
    const Bytes head{1, 1, 3, 0, 0, 0, 0, 7};  // format, suite, type, pad, version of the KEK
    std::ranges::copy(head, row.wrapped_dek.begin());
    const auto stored = encode(row, crypto::RowAuthenticator(keys.before)).value;
    const auto mark = crypto::test::value(data_key_mark(stored));
    REQUIRE(mark);
    CHECK(mark->wrap_generation == 3);
    CHECK(mark->kek.version == 7);
    CHECK(crypto::test::value(kek_version_of(stored)) == 7);
    CHECK_FALSE(data_key_mark("no value"));
    CHECK_FALSE(row_key_version_of("no value"));
}

}  // namespace row_tag_test
