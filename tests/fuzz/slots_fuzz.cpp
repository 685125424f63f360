// libFuzzer target for the file of root key slots, each kind's params included: what is read is written the same
// but for its tag, and its tag is nobody's who has no key.
#include "crypto/root_slots.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace {

using namespace rookery;
using namespace rookery::crypto;

const Uuid vault = Uuid::from_bytes(Bytes(16, 0xA0));

const Keyring& keyring() {
    static SystemRandom random;
    static const auto ring = Keyring::create(vault, random, from_ms(0));
    return ring;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView file{data, size};
    const auto slots = RootSlots::parse(file, vault);
    if (!slots) return 0;
    if (slots->slots().size() > RootSlots::slots_max || slots->check(keyring())) __builtin_trap();
    for (const auto& slot : slots->slots()) {
        if (!slot.kind->check_params(slot.params)) __builtin_trap();
        static_cast<void>(slot.kind->describe(slot.params));
    }
    constexpr std::size_t after_slots = 8 + 4 + 32;
    const auto back = slots->serialise(keyring(), 1);
    const auto body = back.size() - after_slots;
    if (file.front() == back.front() &&
        !std::ranges::equal(ByteView{back}.first(body), file.first(body))) {
        __builtin_trap();
    }
    return 0;
}
