#include "crypto/multiset_digest.hpp"

namespace rookery::crypto {

void MultisetDigest::add(const ByteArray<32>& summand) {
    unsigned carry = 0;
    for (std::size_t i = value_.size(); i-- > 0;) {
        const unsigned sum = carry + value_[i] + summand[i];
        value_[i] = static_cast<std::uint8_t>(sum);
        carry = sum >> 8;
    }
}

void MultisetDigest::subtract(const ByteArray<32>& summand) {
    unsigned borrow = 0;
    for (std::size_t i = value_.size(); i-- > 0;) {
        const unsigned difference = 0x100U + value_[i] - summand[i] - borrow;
        value_[i] = static_cast<std::uint8_t>(difference);
        borrow = difference < 0x100U ? 1 : 0;
    }
}

}  // namespace rookery::crypto
