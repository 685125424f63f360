#include "audit/section_buffer.hpp"

#include "crypto/sha256.hpp"

#include <cstring>
#include <string_view>

namespace rookery::audit {
namespace {

std::string_view label_of(Section section) {
    return section == Section::core ? "sv1.audit.core" : "sv1.audit.priv";
}

}  // namespace

Digest commitment(Section section, const Salt& salt, ByteView bytes) {
    const std::uint8_t zero[] = {0};
    return crypto::sha256({bytes_of(label_of(section)), ByteView{zero}, ByteView{salt}, bytes});
}

SectionBuffer::SectionBuffer(Section section, ByteView salt) {
    const auto label = label_of(section);
    std::memcpy(memory_.data(), label.data(), label.size());
    memory_[label.size()] = 0;
    std::memcpy(memory_.data() + label_bytes, salt.data(), salt_bytes);
}

Digest SectionBuffer::commitment() const { return crypto::sha256(ByteView{memory_}.first(used_)); }

}  // namespace rookery::audit
