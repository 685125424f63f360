// What is read of a backup before anything vouches for it: the manifest and the file of a keyring backup. The first byte
// says which. What is read must be what would be written.
#include "vault/backup_manifest.hpp"
#include "vault/key_backup.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void manifest(std::string_view text) {
    using namespace rookery::messages;
    const auto read = parse_manifest(text);
    if (!read || read->signature) return;
    if (encode(read->manifest, nullptr) != text) std::abort();
}

void keys(rookery::ByteView file) {
    using namespace rookery::messages;
    const auto read = parse_key_backup(file);
    if (!read) return;
    (void)read->keyring_epoch();
    const auto again = encode(*read);
    if (!std::equal(again.begin(), again.end(), file.begin(), file.end())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const rookery::ByteView bytes(data, size);
    if (bytes.empty()) return 0;
    if ((bytes[0] & 1U) != 0) {
        manifest(rookery::text_of(bytes.subspan(1)));
    } else {
        keys(bytes.subspan(1));
    }
    return 0;
}
