#include "crypto/held_key.hpp"

#include "crypto/key_file.hpp"

#include <utility>

namespace rookery::crypto {
namespace {

class HeldKeyOffer final : public SlotOffer {
 public:
    HeldKeyOffer(
        const SlotKind& kind, const KeyFileSecret& key, std::string label,
        std::function<Result<Bytes>()> params
    )
        : kind_(kind),
          secret_(std::make_shared<const SlotSecret>(key.expose([](ByteView bytes) {
              return SlotSecret::copy_of(bytes);
          }))),
          label_(std::move(label)),
          params_(std::move(params)) {}

    [[nodiscard]] const SlotKind& kind() const override { return kind_; }

    [[nodiscard]] std::string label() const override { return label_; }

    [[nodiscard]] Result<Bytes> new_params(Random&) const override { return params_(); }

    [[nodiscard]] Result<SecretOf> read() const override {
        return SecretOf([shared = secret_](const Uuid&, ByteView) -> Result<SlotSecret> {
            return shared->clone();
        });
    }

 private:
    const SlotKind& kind_;
    std::shared_ptr<const SlotSecret> secret_;
    std::string label_;
    std::function<Result<Bytes>()> params_;
};

}  // namespace

std::unique_ptr<SlotOffer> held_key_offer(
    const SlotKind& kind, KeyFileSecret key, std::string label,
    std::function<Result<Bytes>()> params
) {
    return std::make_unique<HeldKeyOffer>(kind, key, std::move(label), std::move(params));
}

Result<KeyFileSecret> brought_key(const SlotBrought& brought) {
    if (brought.secrets.size() == 1) return key_from_text(brought.secrets.front());
    return fail(Errc::invalid_argument, "one key is brought at a time");
}

}  // namespace rookery::crypto
