#include "crypto/multiset_digest.hpp"

#include "crypto/support.hpp"

namespace multiset_digest_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

ByteArray<32> number(std::string_view digits) {
    const auto bytes = hex(std::string(64 - digits.size(), '0') + std::string{digits});
    ByteArray<32> out{};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

const auto largest = number(std::string(64, 'f'));

}  // namespace

TEST_CASE("sums carry over all bytes and wrap at 2^256", "[crypto]") {
    MultisetDigest sum(number("00ffffffffffffffffff"));
    sum.add(number("1"));
    CHECK(sum.value() == number("01000000000000000000"));
    MultisetDigest wrapped(largest);
    wrapped.add(number("2"));
    CHECK(wrapped.value() == number("1"));
    MultisetDigest doubled(largest);
    doubled.add(largest);
    CHECK(doubled.value() == number(std::string(63, 'f') + "e"));
}

TEST_CASE("differences borrow over all bytes and wrap at zero", "[crypto]") {
    MultisetDigest difference(number("01000000000000000000"));
    difference.subtract(number("1"));
    CHECK(difference.value() == number("00ffffffffffffffffff"));
    MultisetDigest below;
    below.subtract(number("1"));
    CHECK(below.value() == largest);
    MultisetDigest self(largest);
    self.subtract(largest);
    CHECK(self == MultisetDigest{});
}

TEST_CASE("order does not matter, and a row can be taken out again", "[crypto]") {
    CountingRandom random(200);
    std::vector<ByteArray<32>> rows(50);
    for (auto& row : rows) random.fill(row);
    MultisetDigest forward;
    MultisetDigest backward;
    for (const auto& row : rows) forward.add(row);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) backward.add(*row);
    CHECK(forward == backward);
    for (const auto& row : rows) forward.subtract(row);
    CHECK(forward == MultisetDigest{});
    // The same row twice is not the same as once.
    MultisetDigest once;
    MultisetDigest twice;
    once.add(rows[0]);
    twice.add(rows[0]);
    twice.add(rows[0]);
    CHECK_FALSE(once == twice);
}

}  // namespace multiset_digest_test
