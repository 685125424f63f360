#include "crypto/sealed_object.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/context.hpp"
#include "crypto/hash.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace rookery::crypto {
namespace {

constexpr std::uint8_t object_format_1 = 1;
constexpr std::uint8_t suite_1 = 1;
constexpr std::size_t nonce_offset = 16;
constexpr std::size_t commitment_offset = 40;
constexpr std::size_t aead_key_bytes = 32;

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == aead_key_bytes);
static_assert(
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == commitment_offset - nonce_offset &&
    crypto_aead_xchacha20poly1305_ietf_ABYTES == sealed_overhead - sealed_header_bytes
);

/// What a plaintext of that type and bucket may measure.
bool fits(ObjectType type, std::uint8_t pad, std::size_t plain_bytes) {
    if (type == ObjectType::column) {
        const auto bucket = bucket_bytes(pad);
        return bucket && plain_bytes == *bucket;
    }
    if (pad != 0) return false;
    // Magic, format, epoch, vault id and count; entries check their own sizes.
    if (type == ObjectType::keyring) return plain_bytes >= 33 && plain_bytes <= sealed_plain_max;
    return plain_bytes == aead_key_bytes;
}

void put_u32(std::span<std::uint8_t> out, std::uint32_t v) {
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(v >> (24 - 8 * i));
}

/// Key of the AEAD and commitment, on the stack and wiped.
struct Seed {
    ByteArray<64> bytes{};

    Seed(ByteView key, ByteView head40, ByteView context) {
        KeyedHash(key, KeyedHash::Size::bits_512)
            .lp("sv1.seal")
            .bytes(head40)
            .lp(context)
            .into(bytes);
    }

    Seed(const Seed&) = delete;
    Seed& operator=(const Seed&) = delete;

    ~Seed() { wipe(bytes.data(), bytes.size()); }

    [[nodiscard]] const std::uint8_t* key() const { return bytes.data(); }

    [[nodiscard]] ByteView commitment() const { return ByteView{bytes}.subspan(32); }
};

/// bytes 0..71 || context
class AssociatedData {
 public:
    AssociatedData(ByteView header, ByteView context) : size_(header.size() + context.size()) {
        if (size_ > buffer_.size()) throw std::length_error("associated data: too long");
        std::memcpy(buffer_.data(), header.data(), header.size());
        if (!context.empty()) {
            std::memcpy(buffer_.data() + header.size(), context.data(), context.size());
        }
    }

    [[nodiscard]] const std::uint8_t* data() const { return buffer_.data(); }

    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    ByteArray<sealed_header_bytes + Context::capacity> buffer_;
    std::size_t size_;
};

}  // namespace

std::optional<SealedHeader> parse_sealed_header(ByteView object) {
    if (object.size() < sealed_overhead) return std::nullopt;
    ByteReader in(object.first(sealed_header_bytes));
    if (in.u8() != object_format_1 || in.u8() != suite_1) return std::nullopt;
    const auto type = in.u8();
    if (type < 1 || type > static_cast<std::uint8_t>(ObjectType::export_key)) return std::nullopt;
    SealedHeader out;
    out.type = static_cast<ObjectType>(type);
    out.pad = in.u8();
    out.key.version = in.u32();
    out.key.id = in.array<8>();
    if (!fits(out.type, out.pad, object.size() - sealed_overhead)) return std::nullopt;
    return out;
}

void seal_into(
    std::span<std::uint8_t> out, ByteView key, const SealRequest& request, ByteView plain,
    Random& random
) {
    if (out.size() != plain.size() + sealed_overhead ||
        !fits(request.type, static_cast<std::uint8_t>(request.bucket), plain.size())) {
        throw std::logic_error("seal: sizes do not fit");
    }
    out[0] = object_format_1;
    out[1] = suite_1;
    out[2] = static_cast<std::uint8_t>(request.type);
    out[3] = static_cast<std::uint8_t>(request.bucket);
    put_u32(out.subspan(4, 4), request.key.version);
    std::copy(request.key.id.begin(), request.key.id.end(), out.begin() + 8);
    random.fill(out.subspan(nonce_offset, commitment_offset - nonce_offset));

    const Seed seed(key, out.first(commitment_offset), request.context);
    std::copy(
        seed.commitment().begin(),
        seed.commitment().end(),
        out.begin() + static_cast<std::ptrdiff_t>(commitment_offset)
    );
    const AssociatedData ad(out.first(sealed_header_bytes), request.context);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out.data() + sealed_header_bytes,
        nullptr,
        plain.data(),
        plain.size(),
        ad.data(),
        ad.size(),
        nullptr,
        out.data() + nonce_offset,
        seed.key()
    );
}

OpenFailure open_into(
    std::span<std::uint8_t> out, ByteView key, const SealRequest& request, ByteView object
) {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    const auto header = parse_sealed_header(object);
    if (!header || header->type != request.type ||
        header->pad != static_cast<std::uint8_t>(request.bucket) ||
        out.size() != object.size() - sealed_overhead) {
        return OpenFailure::format;
    }
    if (header->key != request.key) return OpenFailure::key;
    const Seed seed(key, object.first(commitment_offset), request.context);
    if (!constant_time_equal(seed.commitment(), object.subspan(commitment_offset, 32))) {
        return OpenFailure::commitment;
    }
    const AssociatedData ad(object.first(sealed_header_bytes), request.context);
    const auto sealed = object.subspan(sealed_header_bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            out.data(),
            nullptr,
            nullptr,
            sealed.data(),
            sealed.size(),
            ad.data(),
            ad.size(),
            object.data() + nonce_offset,
            seed.key()
        ) != 0) {
        wipe(out.data(), out.size());
        return OpenFailure::tag;
    }
    return OpenFailure::none;
}

}  // namespace rookery::crypto
