// The digest of a multiset of rows: the sum of their summands modulo 2^256, so that one row can be
// exchanged without reading the others. Kept in the vault's state row; order does not matter.
#pragma once

#include "base/bytes.hpp"

namespace rookery::crypto {

class MultisetDigest {
 public:
    MultisetDigest() = default;

    /// Big-endian, as value() gave it.
    explicit MultisetDigest(const ByteArray<32>& value) : value_(value) {}

    void add(const ByteArray<32>& summand);
    void subtract(const ByteArray<32>& summand);

    [[nodiscard]] const ByteArray<32>& value() const { return value_; }

    friend bool operator==(const MultisetDigest&, const MultisetDigest&) = default;

 private:
    ByteArray<32> value_{};
};

}  // namespace rookery::crypto
