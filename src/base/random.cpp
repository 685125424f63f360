#include "base/random.hpp"

#include "base/secret.hpp"

#include <sodium.h>

#include <algorithm>

namespace rookery {
namespace {

constexpr std::size_t pool_bytes = 1024;
constexpr std::size_t pooled_max = 128;

/// What a request draws comes in pieces of 16 to 80 bytes, and a system call for each is a
/// twentieth of a retrieve. Locked memory, each byte given out once and wiped; a thread's own. The
/// process never forks, so nothing is given out twice.
class Pool {
 public:
    void fill(std::span<std::uint8_t> out) {
        if (bytes_.empty()) bytes_ = SecretBytes(pool_bytes);
        bytes_.expose_mutable([&](std::span<std::uint8_t> pool) {
            if (left_ < out.size()) {
                randombytes_buf(pool.data(), pool.size());
                left_ = pool.size();
            }
            const auto next = pool.subspan(pool.size() - left_, out.size());
            std::ranges::copy(next, out.begin());
            wipe(next.data(), next.size());
            left_ -= out.size();
        });
    }

 private:
    SecretBytes bytes_;
    std::size_t left_ = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
    if (out.size() > pooled_max) return randombytes_buf(out.data(), out.size());
    thread_local Pool pool;
    pool.fill(out);
}

}  // namespace rookery
