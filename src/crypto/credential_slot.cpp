// Slots that a key opens which systemd hands over as a credential, bound to the machine by its TPM if
// LoadCredentialEncrypted= says so. The key has the form of a key file: 32 bytes, or 64 hex digits and a
// newline. Params: LP(name), for people; another name that holds the same key opens the slot too.
#include "base/integrity_failure.hpp"
#include "crypto/held_key.hpp"
#include "crypto/key_file.hpp"
#include "crypto/padding.hpp"
#include "crypto/slot_kinds.hpp"

#include <utility>

namespace rookery::crypto {
namespace {

constexpr std::size_t name_bytes_max = 255;

/// Empty for params that are none.
std::string_view name_in(ByteView params) {
    ByteReader in(params);
    const auto name = text_of(in.lp());
    const bool good = in.done() && name.size() <= name_bytes_max &&
                      name.find('/') == std::string_view::npos && count_code_points(bytes_of(name));
    return good ? name : std::string_view{};
}

Result<Bytes> params_of_name(std::string_view name) {
    ByteWriter out;
    out.lp(name);
    auto params = std::move(out).take();
    if (!name_in(params).empty()) return params;
    return fail(
        Errc::invalid_argument, "a credential's name is UTF-8 of at most 255 bytes and no path"
    );
}

class CredentialOffer final : public SlotOffer {
 public:
    CredentialOffer(std::string name, std::filesystem::path file)
        : name_(std::move(name)), file_(std::move(file)) {}

    [[nodiscard]] const SlotKind& kind() const override { return credential_slot; }

    [[nodiscard]] std::string label() const override { return "credential"; }

    [[nodiscard]] Result<Bytes> new_params(Random&) const override { return params_of_name(name_); }

    [[nodiscard]] Result<SecretOf> read() const override {
        ROOKERY_TRY(const auto key, read_key_file(file_, PrivateFileKind::systemd_credential));
        auto shared = std::make_shared<const SlotSecret>(key.expose([](ByteView bytes) {
            return SlotSecret::copy_of(bytes);
        }));
        return SecretOf([shared](const Uuid&, ByteView) -> Result<SlotSecret> {
            return shared->clone();
        });
    }

 private:
    std::string name_;
    std::filesystem::path file_;
};

constexpr SlotOption options[] = {
    {.name = "key_credential",
     .form = SlotOption::Form::credential_file,
     .about = "Key as systemd credential of this name: 32 bytes or 64 hex digits",
     .about_new = "Key that opens the vault, as systemd credential of this name"},
};

}  // namespace

constinit const SlotKind credential_slot{
    .type = 5,
    .name = "credential",
    .key_label = "sv1.slot.cred",
    .wrong_hint = "it holds the key of another vault, or its slot was removed",
    .options = options,
    .check_params = [](ByteView params) -> Result<void> {
        if (name_in(params).empty()) return integrity_failure();
        return {};
    },
    .describe = [](ByteView params
                ) { return "256 bits, the systemd credential " + std::string(name_in(params)); },
    .offer = [](SlotGiven given) -> Result<std::unique_ptr<SlotOffer>> {
        return std::make_unique<CredentialOffer>(std::move(given.word), std::move(given.path));
    },
    .members = {.secret = "Credential", .form = SlotMembers::Form::key, .word = "CredentialName"},
    .bring = [](SlotBrought brought) -> Result<std::unique_ptr<SlotOffer>> {
        ROOKERY_TRY(auto key, brought_key(brought));
        return held_key_offer(
            credential_slot,
            std::move(key),
            "credential",
            [name = std::move(brought.word)] { return params_of_name(name); }
        );
    },
};

}  // namespace rookery::crypto
