#include "crypto/key_file_slot.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/held_key.hpp"
#include "crypto/key_file.hpp"
#include "crypto/sealed_object.hpp"
#include "crypto/slot_kinds.hpp"

#include <utility>

namespace rookery::crypto {
namespace {

class KeyFileOffer final : public SlotOffer {
 public:
    explicit KeyFileOffer(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] const SlotKind& kind() const override { return key_file_slot; }

    [[nodiscard]] std::string label() const override { return file_.filename().string(); }

    [[nodiscard]] std::filesystem::path place() const override { return file_; }

    [[nodiscard]] Result<void> prepare(Random& random) const override {
        std::error_code error;
        if (std::filesystem::exists(file_, error)) return {};
        return create_key_file(file_, random);
    }

    [[nodiscard]] Result<Bytes> new_params(Random&) const override { return Bytes{}; }

    [[nodiscard]] Result<SecretOf> read() const override {
        ROOKERY_TRY(const auto secret, read_key_file(file_));
        auto shared = std::make_shared<const SlotSecret>(secret.expose([](ByteView bytes) {
            return SlotSecret::copy_of(bytes);
        }));
        // 256 random bits need no stretching.
        return SecretOf([shared](const Uuid&, ByteView) -> Result<SlotSecret> {
            return shared->clone();
        });
    }

 private:
    std::filesystem::path file_;
};

constexpr SlotOption key_file_options[] = {
    {.name = "key_file",
     .form = SlotOption::Form::path,
     .about = "Key file that opens the vault",
     .about_new = "Key file that opens the vault; made when it is not there"},
};

}  // namespace

std::unique_ptr<SlotOffer> key_file_offer(std::filesystem::path file) {
    return std::make_unique<KeyFileOffer>(std::move(file));
}

constinit const SlotKind key_file_slot{
    .type = 2,
    .name = "key file",
    .key_label = "sv1.slot.file",
    .wrong_hint = "it belongs to another vault, or its slot was removed",
    .options = key_file_options,
    .check_params = [](ByteView params) -> Result<void> {
        if (!params.empty()) return integrity_failure();
        return {};
    },
    .describe = [](ByteView) { return std::string("256 random bits"); },
    .offer = [](SlotGiven given) -> Result<std::unique_ptr<SlotOffer>> {
        return key_file_offer(std::move(given.path));
    },
    .members = {.secret = "KeyFile", .form = SlotMembers::Form::key},
    .bring = [](SlotBrought brought) -> Result<std::unique_ptr<SlotOffer>> {
        ROOKERY_TRY(auto key, brought_key(brought));
        return held_key_offer(key_file_slot, std::move(key), "key file", [] {
            return Result<Bytes>(Bytes{});
        });
    },
};

}  // namespace rookery::crypto
