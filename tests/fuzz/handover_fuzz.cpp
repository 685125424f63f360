// libFuzzer target for hand-overs: whatever lies in the row, what is taken is exactly what is written.
#include "audit/handover.hpp"
#include "merkle/checkpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace rookery;

const crypto::SigningKey& handover_signer() {
    static const auto key = crypto::SigningKey::from_seed(crypto::SigningSeed::copy_of(Digest{}));
    return key;
}

/// What the line `from` says, which is the name of the key.
std::string old_name_in(const std::string& text) {
    const auto begin = text.find("\nfrom ");
    if (begin == std::string::npos) return "a";
    const auto end = text.find('\n', begin + 6);
    return text.substr(begin + 6, end == std::string::npos ? end : end - begin - 6);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery::audit;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto key = handover_signer().public_key();
    static_cast<void>(read_handover(text, key));
    const auto note = merkle::sign_note(text, old_name_in(text) + "#handover", handover_signer());
    const auto read = read_handover(note, key);
    if (!read) return 0;
    if (sign_handover(*read, handover_signer()) != note) __builtin_trap();
    Handovers all;
    if (all.add(handover_key(read->size), note, key) && !all.lead_to(read->to)) __builtin_trap();
    return 0;
}
