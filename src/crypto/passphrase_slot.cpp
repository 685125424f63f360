#include "crypto/passphrase_slot.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/padding.hpp"
#include "crypto/sealed_object.hpp"
#include "crypto/slot_kinds.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <mutex>
#include <string>
#include <utility>

namespace rookery::crypto {
namespace {

constexpr std::size_t passphrase_characters_min = 16;
constexpr std::size_t passphrase_bytes_max = 1024;

/// What a passphrase slot needs to stretch again: u8(2) || u32 ops || u64 mem || 16 salt.
struct PassphraseParams {
    PassphraseCost cost;
    ByteArray<16> salt{};
};

constexpr std::uint8_t argon2id = 2;

Bytes serialise(const PassphraseParams& params) {
    ByteWriter out;
    out.u8(argon2id).u32(params.cost.operations).u64(params.cost.memory_bytes).bytes(params.salt);
    return std::move(out).take();
}

Result<PassphraseParams> parse_passphrase_params(ByteView bytes) {
    ByteReader in(bytes);
    const auto algorithm = in.u8();
    PassphraseParams out;
    out.cost.operations = in.u32();
    out.cost.memory_bytes = in.u64();
    out.salt = in.array<16>();
    if (!in.done() || algorithm != argon2id) return integrity_failure();
    return out;
}

Result<void> check_cost(PassphraseCost cost) {
    if (cost.operations < passphrase_cost_floor.operations ||
        cost.memory_bytes < passphrase_cost_floor.memory_bytes ||
        cost.operations > passphrase_cost_ceiling.operations ||
        cost.memory_bytes > passphrase_cost_ceiling.memory_bytes) {
        return fail(
            Errc::out_of_range,
            "the cost of a passphrase slot is outside its bounds",
            "3 to 16 passes over 64 MiB to 4 GiB; if nobody set another cost, the slot file was "
            "changed"
        );
    }
    return {};
}

/// The number in `path`, or nothing ("max", absent).
std::optional<std::uint64_t> number_in(const char* path) {
    std::ifstream in(path);
    std::uint64_t value = 0;
    if (in >> value) return value;
    return std::nullopt;
}

std::uint64_t available_memory() {
    std::uint64_t available = 0;
    std::ifstream in("/proc/meminfo");
    for (std::string line; std::getline(in, line);) {
        constexpr std::string_view name = "MemAvailable:";
        if (line.rfind(name, 0) != 0) continue;
        const auto digits = line.find_first_of("0123456789");
        if (digits == std::string::npos) break;
        std::from_chars(line.data() + digits, line.data() + line.size(), available);
        available *= 1024;
        break;
    }
    const auto limit = number_in("/sys/fs/cgroup/memory.max");
    const auto used = number_in("/sys/fs/cgroup/memory.current");
    if (limit && used) available = std::min(available, *limit > *used ? *limit - *used : 0);
    return available;
}

class PassphraseOffer final : public SlotOffer {
 public:
    PassphraseOffer(SecretBytes passphrase, std::optional<PassphraseCost> cost)
        : passphrase_(std::move(passphrase)), cost_(cost) {}

    [[nodiscard]] const SlotKind& kind() const override { return passphrase_slot; }

    [[nodiscard]] std::string label() const override { return "passphrase"; }

    [[nodiscard]] Result<Bytes> new_params(Random& random) const override {
        ROOKERY_CHECK(check_passphrase(passphrase_));
        PassphraseParams params{cost_ ? *cost_ : passphrase_cost_here(), {}};
        ROOKERY_CHECK(check_cost(params.cost));
        random.fill(params.salt);
        return serialise(params);
    }

    [[nodiscard]] Result<SecretOf> read() const override {
        return SecretOf([this](const Uuid&, ByteView bytes) -> Result<SlotSecret> {
            ROOKERY_TRY(const auto params, parse_passphrase_params(bytes));
            return stretch_passphrase(passphrase_, params.cost, params.salt);
        });
    }

 private:
    SecretBytes passphrase_;
    std::optional<PassphraseCost> cost_;
};

constexpr SlotOption passphrase_options[] = {
    {.name = "passphrase_file",
     .form = SlotOption::Form::secret_file,
     .about = "File with the passphrase, mode 0600 or 0400",
     .about_new = "Passphrase that opens the vault, from a file"},
    {.name = "credential",
     .form = SlotOption::Form::credential,
     .about = "Passphrase as systemd credential of this name"},
    {.name = "passphrase",
     .form = SlotOption::Form::prompt,
     .about = "Ask for the passphrase on the terminal (the default)",
     .about_new = "Passphrase that opens the vault, asked for (default)",
     .ask = "Passphrase of the vault: ",
     .ask_new = "New passphrase, at least 16 characters: "},
};

}  // namespace

PassphraseCost passphrase_cost_for(std::uint64_t available_bytes) {
    auto cost = passphrase_cost_default;
    while (cost.memory_bytes > available_bytes / 2 &&
           cost.memory_bytes > passphrase_cost_floor.memory_bytes) {
        cost.memory_bytes /= 2;
    }
    return cost;
}

PassphraseCost passphrase_cost_here() { return passphrase_cost_for(available_memory()); }

Result<void> check_passphrase(const SecretBytes& passphrase) {
    const auto characters = passphrase.expose(count_code_points);
    if (!characters) return fail(Errc::invalid_argument, "the passphrase is not UTF-8");
    if (passphrase.size() > passphrase_bytes_max) {
        return fail(Errc::invalid_argument, "the passphrase is longer than 1024 bytes");
    }
    if (*characters < passphrase_characters_min) {
        return fail(
            Errc::invalid_argument,
            "the passphrase is shorter than 16 characters",
            "use five or more random words"
        );
    }
    const bool control = passphrase.expose([](ByteView bytes) {
        bool found = false;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            // C0 and DEL; C1 is U+0080..U+009F, in UTF-8 C2 80..C2 9F.
            found |=
                bytes[i] < 0x20 || bytes[i] == 0x7F || (bytes[i] == 0xC2 && bytes[i + 1] < 0xA0);
        }
        return found;
    });
    if (control) {
        return fail(
            Errc::invalid_argument,
            "the passphrase holds a control character",
            "check for a newline or a tab at its end"
        );
    }
    return {};
}

Result<SlotSecret> stretch_passphrase(
    const SecretBytes& passphrase, PassphraseCost cost, const ByteArray<16>& salt
) {
    static_assert(crypto_pwhash_SALTBYTES == 16);
    ROOKERY_CHECK(check_cost(cost));
    ROOKERY_CHECK(check_passphrase(passphrase));
    // Several at once would multiply the memory that was budgeted for one.
    static std::mutex one_at_a_time;
    const std::scoped_lock lock(one_at_a_time);
    int result = -1;
    auto secret = SlotSecret::filled_by([&](std::span<std::uint8_t, 32> out) {
        passphrase.expose([&](ByteView bytes) {
            result = crypto_pwhash(
                out.data(),
                out.size(),
                reinterpret_cast<const char*>(bytes.data()),
                bytes.size(),
                salt.data(),
                cost.operations,
                static_cast<std::size_t>(cost.memory_bytes),
                crypto_pwhash_ALG_ARGON2ID13
            );
        });
    });
    if (result != 0) {
        return fail(
            Errc::unavailable,
            "there is not enough memory to try the passphrase",
            "it needs " + std::to_string(cost.memory_bytes >> 20) + " MiB for a moment"
        );
    }
    return secret;
}

std::unique_ptr<SlotOffer> passphrase_offer(
    SecretBytes passphrase, std::optional<PassphraseCost> cost
) {
    return std::make_unique<PassphraseOffer>(std::move(passphrase), cost);
}

constinit const SlotKind passphrase_slot{
    .type = 1,
    .name = "passphrase",
    .key_label = "sv1.slot.pass",
    .wrong_hint = "check keyboard layout and capitals; every character counts",
    .options = passphrase_options,
    // The form only: a cost outside its bounds is an error of its own, told when the slot is tried.
    .check_params = [](ByteView params) -> Result<void> {
        ROOKERY_CHECK(parse_passphrase_params(params));
        return {};
    },
    .describe =
        [](ByteView bytes) {
            const auto params = parse_passphrase_params(bytes);
            if (!params) return std::string{};
            return "Argon2id, " + std::to_string(params->cost.operations) + " passes over " +
                   std::to_string(params->cost.memory_bytes >> 20) + " MiB";
        },
    .offer = [](SlotGiven given) -> Result<std::unique_ptr<SlotOffer>> {
        return passphrase_offer(std::move(given.secrets.front()));
    },
    .members = {.secret = "Passphrase"},
    .bring = [](SlotBrought brought) -> Result<std::unique_ptr<SlotOffer>> {
        if (brought.secrets.size() == 1)
            return passphrase_offer(std::move(brought.secrets.front()));
        return fail(Errc::invalid_argument, "one passphrase is brought at a time");
    },
};

}  // namespace rookery::crypto
