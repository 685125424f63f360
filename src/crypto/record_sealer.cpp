#include "crypto/record_sealer.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/context.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"

#include <chrono>

namespace rookery::crypto {
namespace {

/// Not the injected clock: it only has to differ between two calls on one machine.
std::uint64_t monotonic_ns() {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(since_boot).count()
    );
}

Result<SecretBytes> refuse(OpenFailure failure, OpenFailure* why) {
    if (why != nullptr) *why = failure;
    return integrity_failure();
}

}  // namespace

Result<NewDek> RecordSealer::new_dek(
    std::string_view table, const Uuid& id, std::uint32_t dek_version, std::uint64_t row_version
) const {
    const auto fresh = Key<tag::Dek>::random(random_);
    Dek dek{KeyedHash(fresh)
                .lp("sv1.dekgen")
                .bytes(keyring_.vault().bytes)
                .lp(ByteView{id.bytes})
                .u64(row_version)
                .u64(monotonic_ns())
                .key<Key<tag::Dek>>()};
    ROOKERY_TRY(auto wrapped, wrap(dek, table, id, dek_version, 0));
    return NewDek{std::move(dek), std::move(wrapped), active_kek_version()};
}

Result<Bytes> RecordSealer::wrap(
    const Dek& dek, std::string_view table, const Uuid& id, std::uint32_t dek_version,
    std::uint32_t wrap_generation
) const {
    if (uses_ != nullptr) ROOKERY_CHECK(uses_->take());
    const auto& kek = keyring_.active<Purpose::record_kek>();
    const auto context =
        dek_context(keyring_.vault(), table, id.bytes, dek_version, wrap_generation);
    return dek.key.expose([&](ByteView plain) {
        return seal(
            kek.key,
            {.type = ObjectType::wrapped_dek, .key = kek.name, .context = context.view()},
            plain,
            random_
        );
    });
}

Result<std::uint32_t> RecordSealer::kek_version(ByteView wrapped) {
    const auto header = parse_sealed_header(wrapped);
    if (!header || header->type != ObjectType::wrapped_dek) return integrity_failure();
    return header->key.version;
}

Result<Dek> RecordSealer::unwrap(
    std::string_view table, const Uuid& id, std::uint32_t dek_version,
    std::uint32_t wrap_generation, ByteView wrapped, OpenFailure* why
) const {
    const auto header = parse_sealed_header(wrapped);
    if (!header || header->type != ObjectType::wrapped_dek) {
        if (why != nullptr) *why = OpenFailure::format;
        return integrity_failure();
    }
    const auto* kek = keyring_.find<Purpose::record_kek>(header->key.version, KeyUse::open);
    if (kek == nullptr) {
        if (why != nullptr) *why = OpenFailure::key;
        return integrity_failure();
    }
    const auto context =
        dek_context(keyring_.vault(), table, id.bytes, dek_version, wrap_generation);
    ROOKERY_TRY(
        auto key,
        open_key<Key<tag::Dek>>(
            kek->key,
            {.type = ObjectType::wrapped_dek, .key = kek->name, .context = context.view()},
            wrapped,
            why
        )
    );
    return Dek{std::move(key)};
}

Result<Bytes> RecordSealer::seal_column(
    const Dek& dek, std::uint32_t dek_version, std::string_view table, const Uuid& id,
    std::string_view column, std::uint64_t value_version, const SecretBytes& value
) const {
    const auto characters = value.expose(count_code_points);
    if (!characters) return fail(Errc::invalid_argument, "a sealed value must be UTF-8");
    const auto bucket = bucket_for(value.size(), bucket_min_);
    if (*characters > value_code_points_max || !bucket) {
        return fail(Errc::too_long, "a sealed value has at most 600 characters");
    }
    SecretBytes framed(*bucket_bytes(static_cast<std::uint8_t>(*bucket)));
    framed.expose_mutable([&](std::span<std::uint8_t> out) {
        value.expose([&](ByteView bytes) { frame(bytes, out); });
    });
    const auto context =
        column_context(keyring_.vault(), table, id.bytes, column, dek_version, value_version);
    return framed.expose([&](ByteView plain) {
        return seal(
            dek.key,
            {.type = ObjectType::column,
             .bucket = *bucket,
             .key = {dek_version, dek.id},
             .context = context.view()},
            plain,
            random_
        );
    });
}

Result<Bytes> RecordSealer::reseal_column(
    const Dek& before, std::uint32_t dek_version_before, const Dek& dek, std::uint32_t dek_version,
    std::string_view table, const Uuid& id, std::string_view column, std::uint64_t value_version,
    ByteView object
) const {
    ROOKERY_TRY(
        const auto value,
        open_column(before, dek_version_before, table, id, column, value_version, object)
    );
    return seal_column(dek, dek_version, table, id, column, value_version, value);
}

Result<SecretBytes> RecordSealer::open_column(
    const Dek& dek, std::uint32_t dek_version, std::string_view table, const Uuid& id,
    std::string_view column, std::uint64_t value_version, ByteView object, OpenFailure* why
) const {
    const auto header = parse_sealed_header(object);
    if (!header || header->type != ObjectType::column) return refuse(OpenFailure::format, why);
    const auto context =
        column_context(keyring_.vault(), table, id.bytes, column, dek_version, value_version);
    SecretBytes out(sealed_plain_bytes(object.size()));
    std::size_t size = 0;
    const auto failure = out.expose_mutable([&](std::span<std::uint8_t> plain) {
        const auto opened = dek.key.expose([&](ByteView key) {
            return open_into(
                plain,
                key,
                {.type = ObjectType::column,
                 .bucket = static_cast<Bucket>(header->pad),
                 .key = {dek_version, dek.id},
                 .context = context.view()},
                object
            );
        });
        if (opened != OpenFailure::none) return opened;
        const auto value = unframe(plain);
        if (!value) return OpenFailure::padding;
        size = value->size();
        if (size != 0) std::memmove(plain.data(), value->data(), size);
        return OpenFailure::none;
    });
    if (failure != OpenFailure::none) return refuse(failure, why);
    out.shrink(size);
    if (why != nullptr) *why = OpenFailure::none;
    return out;
}

}  // namespace rookery::crypto
