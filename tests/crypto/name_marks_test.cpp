#include "crypto/name_marks.hpp"

#include "crypto/support.hpp"

namespace name_marks_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

TEST_CASE("a name's mark agrees with a second implementation", "[crypto]") {
    const auto ring = counting_keyring();
    // tests/vectors/row_tag.py
    CHECK(to_hex(NameMarks(ring).of("Rita Demo")) == "11c80ddfbe0adf08");
}

TEST_CASE("a mark fits the name it was made of and no other", "[crypto]") {
    const auto ring = counting_keyring();
    const NameMarks marks(ring);
    const auto rita = marks.of("Rita Demo");
    CHECK(marks.fits(rita, "Rita Demo"));
    for (const auto* other : {"Rita Dem", "Rita Demo ", "rita demo", "", "Sam Demo"}) {
        CHECK_FALSE(marks.fits(rita, other));
    }
    CHECK_FALSE(marks.fits({}, "Rita Demo"));
    CHECK(marks.fits(marks.of(""), ""));
}

TEST_CASE("whoever knows a name and not the vault's key cannot tell its mark", "[crypto]") {
    const auto ring = counting_keyring();
    const auto other = counting_keyring(other_vault);
    CHECK(NameMarks(ring).of("Rita Demo") != NameMarks(other).of("Rita Demo"));
    CHECK_FALSE(NameMarks(other).fits(NameMarks(ring).of("Rita Demo"), "Rita Demo"));
}

TEST_CASE("a mark still fits after its key's version was followed by another", "[crypto]") {
    const auto first = counting_keyring();
    const auto mark = NameMarks(first).of("Rita Demo");
    CountingRandom random(7);
    const auto second = first.with_new_key(Purpose::pseudonym, random, epoch_2026)
                            .value()
                            .with_active(Purpose::pseudonym, 2, epoch_2026)
                            .value();
    const NameMarks marks(second);
    CHECK(marks.of("Rita Demo") != mark);
    CHECK(marks.fits(mark, "Rita Demo"));
    CHECK(marks.fits(marks.of("Rita Demo"), "Rita Demo"));
    CHECK_FALSE(marks.fits(mark, "Sam Demo"));
}

}  // namespace name_marks_test
