#include "crypto/share_slot.hpp"

#include "base/file.hpp"
#include "base/integrity_failure.hpp"
#include "crypto/share_text.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace rookery::crypto {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view other_set_hint =
    "they were made for another vault, or their slot was removed";

struct ShareParams {
    ShareSet set;
    std::vector<Digest> digests;  // of share 1 on
};

Bytes serialise(const ShareParams& params) {
    ByteWriter out;
    out.u8(params.set.threshold).u8(params.set.count).bytes(params.set.id);
    for (const auto& digest : params.digests) out.bytes(digest);
    return std::move(out).take();
}

Result<ShareParams> parse_share_params(ByteView bytes) {
    ByteReader in(bytes);
    ShareParams out;
    out.set.threshold = in.u8();
    out.set.count = in.u8();
    out.set.id = in.array<8>();
    if (!in.ok() || !is_possible(out.set)) return integrity_failure();
    for (unsigned i = 0; i < out.set.count; ++i) out.digests.push_back(in.array<32>());
    if (!in.done()) return integrity_failure();
    return out;
}

std::string described(const ShareSet& set) {
    return "any " + std::to_string(set.threshold) + " of " + std::to_string(set.count) +
           " shares of the set " + to_hex(set.id);
}

tl::unexpected<Error> other_set() {
    return fail(
        Errc::wrong_secret, "the shares are of no set of this vault", std::string(other_set_hint)
    );
}

/// Whether the share is one that was made with the slot of these params.
Result<void> check_made(const SetShare& share, const ShareParams& params) {
    if (share.set != params.set) return other_set();
    const auto& digest = params.digests[share.share.number - 1U];
    if (constant_time_equal(share_digest(share), digest)) return {};
    return fail(
        Errc::wrong_secret,
        "share number " + std::to_string(share.share.number) + " is not the one that was made",
        "somebody changed it, or the slot; give another share"
    );
}

/// Precondition: not empty.
Result<std::vector<SetShare>> parse_together(std::span<const SecretBytes> texts) {
    std::vector<SetShare> out;
    for (const auto& text : texts) {
        ROOKERY_TRY(auto share, parse_share(text, out.size() + 1));
        out.push_back(std::move(share));
    }
    ROOKERY_CHECK(check_together(out));
    return out;
}

/// Shares that holders have given, to open with.
class GivenShares final : public SlotOffer {
 public:
    explicit GivenShares(std::vector<SecretBytes> texts) : texts_(std::move(texts)) {}

    [[nodiscard]] const SlotKind& kind() const override { return share_slot; }

    [[nodiscard]] std::string label() const override { return "shares"; }

    [[nodiscard]] Result<Bytes> new_params(Random&) const override {
        return fail(
            Errc::invalid_argument,
            "a slot for shares is made with new ones",
            "say how many: --shares 3/5"
        );
    }

    [[nodiscard]] Result<SecretOf> read() const override {
        ROOKERY_TRY(auto parsed, parse_together(texts_));
        const auto needed = parsed.front().set.threshold;
        if (parsed.size() < needed) {
            return fail(
                Errc::wrong_secret,
                "too few shares: " + std::to_string(parsed.size()) + " of the " +
                    std::to_string(needed) + " that are needed",
                "ask further holders for theirs"
            );
        }
        auto shares = std::make_shared<const std::vector<SetShare>>(std::move(parsed));
        return SecretOf([shares](const Uuid&, ByteView bytes) -> Result<SlotSecret> {
            ROOKERY_TRY(const auto params, parse_share_params(bytes));
            return secret_of(*shares, params);
        });
    }

 private:
    static Result<SlotSecret> secret_of(
        const std::vector<SetShare>& shares, const ShareParams& params
    ) {
        for (const auto& share : shares) ROOKERY_CHECK(check_made(share, params));
        std::vector<Share> enough;
        for (unsigned i = 0; i < params.set.threshold; ++i) {
            enough.push_back({shares[i].share.number, shares[i].share.value.clone()});
        }
        return combine(enough);
    }

    std::vector<SecretBytes> texts_;
};

/// A set of shares that was drawn for a new slot.
struct MadeShares {
    ShareParams params;
    SlotSecret secret;
    std::vector<SetShare> shares;
};

MadeShares make_shares(ShareSet size, Random& random) {
    MadeShares made{{size, {}}, SlotSecret::random(random), {}};
    random.fill(made.params.set.id);
    for (auto& share : split(made.secret, size.threshold, size.count, random)) {
        made.shares.push_back({made.params.set, std::move(share)});
        made.params.digests.push_back(share_digest(made.shares.back()));
    }
    return made;
}

/// Shares that are made for a new slot: a file each, or, without a folder, for whoever asked for them.
class NewShares final : public SlotOffer {
 public:
    NewShares(ShareSet size, fs::path folder) : size_(size), folder_(std::move(folder)) {}

    [[nodiscard]] const SlotKind& kind() const override { return share_slot; }

    [[nodiscard]] std::string label() const override { return "shares"; }

    [[nodiscard]] fs::path place() const override { return folder_; }

    /// In constant names of a set that is drawn anew, so that nothing is ever in the way or replaced.
    [[nodiscard]] Result<void> prepare(Random& random) const override {
        if (made_) return {};
        auto made = make_shares(size_, random);
        if (!folder_.empty()) {
            ROOKERY_CHECK(write_all(made.shares));
            made.shares.clear();
        }
        made_.emplace(std::move(made));
        return {};
    }

    [[nodiscard]] std::vector<SecretBytes> made() const override {
        std::vector<SecretBytes> out;
        if (!made_) return out;
        for (const auto& share : made_->shares) out.push_back(to_text(share));
        return out;
    }

    [[nodiscard]] Result<Bytes> new_params(Random& random) const override {
        ROOKERY_CHECK(prepare(random));
        return serialise(made_->params);
    }

    [[nodiscard]] Result<SecretOf> read() const override {
        return SecretOf([this](const Uuid&, ByteView bytes) -> Result<SlotSecret> {
            if (!made_ || !std::ranges::equal(serialise(made_->params), bytes)) return other_set();
            return made_->secret.clone();
        });
    }

 private:
    /// All of them, or none.
    [[nodiscard]] Result<void> write_all(const std::vector<SetShare>& shares) const {
        std::vector<SecretBytes> texts;
        for (const auto& share : shares) texts.push_back(to_text(share));
        return write_shares(texts, folder_);
    }

    ShareSet size_;  // without an id
    fs::path folder_;
    mutable std::optional<MadeShares> made_;
};

/// "3/5"
Result<ShareSet> parse_size(std::string_view word) {
    ShareSet out;
    const auto* const last = word.data() + word.size();
    const auto threshold = std::from_chars(word.data(), last, out.threshold);
    const bool parted =
        threshold.ec == std::errc{} && threshold.ptr != last && *threshold.ptr == '/';
    const auto count = parted ? std::from_chars(threshold.ptr + 1, last, out.count) : threshold;
    if (!parted || count.ec != std::errc{} || count.ptr != last || !is_possible(out)) {
        return fail(
            Errc::usage,
            "how many shares are made, and how many of them open the vault, is not understood",
            "--shares 3/5: any three of five; 2 at least, 16 at most"
        );
    }
    return out;
}

/// Whether more shares are needed; the last of those so far is judged.
Result<bool> needs_more(std::span<const SecretBytes> texts) {
    if (texts.empty()) return true;
    ROOKERY_TRY(const auto shares, parse_together(texts));
    return shares.size() < shares.front().set.threshold;
}

Result<std::unique_ptr<SlotOffer>> share_offer_of(SlotGiven given) {
    if (!given.secrets.empty()) return std::make_unique<GivenShares>(std::move(given.secrets));
    if (given.word.empty() || given.path.empty()) {
        return fail(
            Errc::usage,
            "shares are made with --shares and --shares-to together",
            "--shares 3/5 --shares-to DIR makes five files in DIR, for five people"
        );
    }
    ROOKERY_TRY(const auto size, parse_size(given.word));
    return std::make_unique<NewShares>(size, std::move(given.path));
}

constexpr SlotOption share_options[] = {
    {.name = "share_files",
     .form = SlotOption::Form::secret_files,
     .about = "File with a share that opens the vault together with others; several times"},
    {.name = "ask_shares",
     .form = SlotOption::Form::prompts,
     .about = "Ask for shares on the terminal, one after the other",
     .ask = "Share: ",
     .needs_more = needs_more},
    {.name = "shares",
     .form = SlotOption::Form::word,
     .about_new = "Shares that open the vault, K/N: any K of N"},
    {.name = "shares_to",
     .form = SlotOption::Form::new_folder,
     .about_new = "Folder for the files of the shares, made when it is not there"},
};

/// "share-0011223344556677-2-of-3"
std::string file_name_of(const SetShare& share) {
    return "share-" + to_hex(share.set.id) + "-" + std::to_string(share.share.number) + "-of-" +
           std::to_string(share.set.count);
}

Result<std::unique_ptr<SlotOffer>> offer_of_brought(SlotBrought brought) {
    if (brought.secrets.empty() == brought.word.empty()) {
        return fail(Errc::invalid_argument, "shares are brought, or new ones asked for: K/N");
    }
    if (!brought.secrets.empty()) {
        return std::make_unique<GivenShares>(std::move(brought.secrets));
    }
    ROOKERY_TRY(const auto size, parse_size(brought.word));
    return std::make_unique<NewShares>(size, fs::path{});
}

}  // namespace

Result<void> write_shares(std::span<const SecretBytes> texts, const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return io_error("cannot create", folder, errno);
    }
    std::vector<fs::path> files;
    const auto write = [&](const SecretBytes& text) -> Result<void> {
        ROOKERY_TRY(const auto share, parse_share(text, files.size() + 1));
        auto line = text.clone();
        line.append(bytes_of("\n"));
        const auto file = folder / file_name_of(share);
        ROOKERY_CHECK(line.expose([&](ByteView bytes) {
            return create_file(file, bytes, FileMode::owner_only);
        }));
        files.push_back(file);
        return {};
    };
    for (const auto& text : texts) {
        auto written = write(text);
        if (written) continue;
        std::error_code ignored;
        for (const auto& file : files) fs::remove(file, ignored);
        return written;
    }
    return {};
}

Result<KnownShare> know_share(std::span<const Slot> slots, const SecretBytes& text) {
    ROOKERY_TRY(const auto share, parse_share(text, 1));
    Result<KnownShare> out = other_set();
    for (const auto& slot : slots) {
        if (slot.kind != &share_slot) continue;
        ROOKERY_TRY(const auto params, parse_share_params(slot.params));
        if (params.set.id != share.set.id) continue;
        const auto made = check_made(share, params);
        if (made) return KnownShare{params.set, share.share.number};
        out = fail(made.error());
    }
    return out;
}

constinit const SlotKind share_slot{
    .type = 3,
    .name = "shares",
    .key_label = "sv1.slot.share",
    .wrong_hint = other_set_hint,
    .options = share_options,
    .check_params = [](ByteView params) -> Result<void> {
        ROOKERY_CHECK(parse_share_params(params));
        return {};
    },
    .describe =
        [](ByteView bytes) {
            const auto params = parse_share_params(bytes);
            return params ? described(params->set) : std::string{};
        },
    .offer = share_offer_of,
    .members =
        {.secret = "Shares",
         .form = SlotMembers::Form::texts,
         .word = "NewShares",
         .word_alone = true},
    .bring = offer_of_brought,
};

}  // namespace rookery::crypto
