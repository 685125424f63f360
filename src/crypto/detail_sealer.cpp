#include "crypto/detail_sealer.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealed_object.hpp"

#include <sodium.h>

namespace rookery::crypto {
namespace {

constexpr std::size_t version_bytes = 4;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(DetailSealer::overhead == version_bytes + nonce_bytes + tag_bytes);

Context associated_data(DetailSection section, const Uuid& event) {
    Context out;
    out.lp("sv1.detail").u8(static_cast<std::uint8_t>(section)).bytes(event.bytes);
    return out;
}

}  // namespace

DetailSealer::DetailSealer(const Keyring& keyring, std::string origin, Random& random)
    : keyring_(keyring), origin_(std::move(origin)), random_(random) {}

DetailSealer::~DetailSealer() = default;

AuditDayKey DetailSealer::derive(const AuditKek& kek, std::uint32_t day, DetailSection section)
    const {
    const auto context =
        audit_day_context(keyring_.vault(), origin_, day, static_cast<std::uint8_t>(section));
    return KeyedHash(kek).bytes(context.view()).key<AuditDayKey>();
}

const DetailSealer::DayKeys* DetailSealer::newest(std::uint32_t day) const {
    const auto* keys = newest_.load(std::memory_order_acquire);
    if (keys != nullptr && keys->day >= day) return keys->day == day ? keys : nullptr;
    const std::scoped_lock lock(growing_);
    keys = newest_.load(std::memory_order_relaxed);
    if (keys != nullptr && keys->day >= day) return keys->day == day ? keys : nullptr;
    const auto& kek = keyring_.active<Purpose::audit_kek>();
    days_.push_back(SecretBox<DayKeys>(DayKeys{
        day,
        kek.name.version,
        derive(kek.key, day, DetailSection::core),
        derive(kek.key, day, DetailSection::priv)}));
    keys = &*days_.back();
    newest_.store(keys, std::memory_order_release);
    return keys;
}

void DetailSealer::seal_to(
    Bytes& out, DetailSection section, std::uint32_t day, const Uuid& event, ByteView plain
) const {
    const auto start = out.size();
    out.resize(start + plain.size() + overhead);
    const auto blob = std::span{out}.subspan(start);
    const auto seal_under = [&](std::uint32_t version, const AuditDayKey& key) {
        for (std::size_t i = 0; i < version_bytes; ++i) {
            blob[i] = static_cast<std::uint8_t>(version >> (24 - 8 * i));
        }
        const auto nonce = blob.subspan(version_bytes, nonce_bytes);
        random_.fill(nonce);
        const auto ad = associated_data(section, event);
        key.expose([&](ByteView bytes) {
            crypto_aead_xchacha20poly1305_ietf_encrypt(
                blob.data() + version_bytes + nonce_bytes,
                nullptr,
                plain.data(),
                plain.size(),
                ad.view().data(),
                ad.view().size(),
                nullptr,
                nonce.data(),
                bytes.data()
            );
        });
    };
    if (const auto* keys = newest(day); keys != nullptr) {
        seal_under(keys->kek_version, section == DetailSection::core ? keys->core : keys->priv);
    } else {
        const auto& kek = keyring_.active<Purpose::audit_kek>();
        seal_under(kek.name.version, derive(kek.key, day, section));
    }
}

Bytes DetailSealer::seal(
    DetailSection section, std::uint32_t day, const Uuid& event, ByteView plain
) const {
    Bytes out;
    out.reserve(plain.size() + overhead);
    seal_to(out, section, day, event, plain);
    return out;
}

Result<Bytes> DetailSealer::open(
    DetailSection section, std::uint32_t day, const Uuid& event, ByteView blob
) const {
    if (blob.size() < overhead) return integrity_failure();
    const auto* kek =
        keyring_.find<Purpose::audit_kek>(ByteReader(blob.first(4)).u32(), KeyUse::open);
    if (kek == nullptr) return integrity_failure();
    const auto key = derive(kek->key, day, section);
    const auto ad = associated_data(section, event);
    const auto nonce = blob.subspan(version_bytes, nonce_bytes);
    const auto sealed = blob.subspan(version_bytes + nonce_bytes);
    Bytes out(blob.size() - overhead);
    const auto opened = key.expose([&](ByteView bytes) {
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            out.data(),
            nullptr,
            nullptr,
            sealed.data(),
            sealed.size(),
            ad.view().data(),
            ad.view().size(),
            nonce.data(),
            bytes.data()
        );
    });
    if (opened != 0) return integrity_failure();
    return out;
}

}  // namespace rookery::crypto
