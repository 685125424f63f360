#include "vault/vault.hpp"

#include "audit/handover_event.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "audit/log_writer.hpp"
#include "audit/prepared_event.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/signing.hpp"
#include "merkle/checkpoint.hpp"
#include "pipeline/scarce_space.hpp"
#include "rules/table_rules.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_rules.hpp"
#include "vault/anchors.hpp"
#include "vault/attempts.hpp"
#include "vault/convert.hpp"
#include "vault/end_credentials.hpp"
#include "vault/genesis.hpp"
#include "vault/load.hpp"
#include "vault/log_refill.hpp"
#include "vault/new_origin.hpp"
#include "vault/older_index.hpp"
#include "vault/opening_checks.hpp"
#include "vault/restore_left.hpp"
#include "vault/same_file_system.hpp"
#include "vault/sealed_log.hpp"
#include "vault/sealed_vault.hpp"
#include "vault/slot_acts.hpp"
#include "vault/slot_change.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

/// Epochs that a change of the keyring, cut off behind its file, is ahead of the state: a new root key makes two.
constexpr std::uint64_t keyring_ahead_max = 2;

/// What a sealed vault wrote may not be later: the clock's time, or one that an operator has confirmed.
Instant latest_time(const VaultOptions& options, Instant now) {
    const auto credible = now + audit::LogWriter::clock_jump_max;
    return options.confirmed_time == VaultOptions::any_time
               ? credible
               : std::max(credible, options.confirmed_time);
}

crypto::SigningKey signing_key_of(const crypto::Keyring& keyring) {
    return crypto::SigningKey::from_seed(keyring.active<crypto::Purpose::log_signing>().key);
}

/// The log goes on under another name, and nobody who knows more has said what is to become of the credentials. Also at the
/// opening after one that was cut off before it said so.
bool hands_over_in_ignorance(
    const AnchorOptions& options, const std::vector<audit::Event>& opening
) {
    if (options.new_origin) return false;
    return std::ranges::any_of(opening, [](const audit::Event& event) {
        return event.action == audit::Action::log_key_change;
    });
}

/// The folder, or the nearest one above it that is there.
fs::path existing(const fs::path& folder) {
    std::error_code error;
    auto path = fs::absolute(folder, error);
    while (path.has_relative_path() && !fs::exists(path, error)) path = path.parent_path();
    return path;
}

}  // namespace

Vault::Vault(std::unique_ptr<Parts> parts)
    : pipeline_(std::make_unique<Pipeline>(parts->services)), parts_(std::move(parts)) {}

Vault::~Vault() {
    if (!parts_ || !parts_->ledger) return;
    // The end of an orderly stop is on the log too; after a failure there is nothing to write to.
    parts_->space.make_room_to_end();
    auto closing = audit::log_close_event(parts_->boot, origin(), clock().now());
    ledger::Plan plan;
    plan.events.push_back(audit::prepare(closing, view().keys().details, random()));
    if (parts_->ledger->health()) {
        const auto closed = parts_->ledger->commit(ledger::Pending(std::move(plan)));
        (void)closed;
    }
    parts_->leases.reset();
    parts_->ledger->stop();
    parts_->anchors.clear();  // with what is durable now
}

Result<std::unique_ptr<Vault>> Vault::create(
    VaultOptions options, VaultKind kind, const Unsealing& slots, const Clock& clock, Random& random
) {
    if (slots.offers.empty())
        return fail(Errc::usage, "a vault needs at least one way to unseal it");
    ROOKERY_CHECK(storage::check_free_space(
        existing(options.data), space_rule(options, kind).open, options.space_of
    ));
    const auto now = clock.now();
    const VaultIdentity identity{Uuid::random(random), kind, options.origin};
    ROOKERY_TRY(auto directory, DataDirectory::create(options.data, identity));
    const auto root = crypto::RootKey::random(random);
    crypto::RootSlots root_slots(identity.id);
    for (const auto& offer : slots.offers) {
        ROOKERY_CHECK(root_slots.add(root, 1, *offer, offer->label(), random, now));
    }
    auto keyring = crypto::Keyring::create(identity.id, random, now);
    const auto verifier_key =
        merkle::format_verifier_key({identity.origin, signing_key_of(keyring).public_key()});
    ROOKERY_CHECK(directory.write_verifier_key(verifier_key));
    ROOKERY_CHECK(directory.write_slots(root_slots.serialise(keyring, keyring.slot_set())));
    ROOKERY_CHECK(directory.write_keyring(keyring.seal(root, 1, random)));

    ROOKERY_TRY(
        auto store, options.engine(directory.store(), storage::OpenMode::create_if_missing)
    );
    ROOKERY_CHECK(storage::write_text_rules(*store));
    auto parts = std::make_unique<Parts>(
        std::move(options),
        std::move(directory),
        std::move(keyring),
        KeyringFile(root, 1),
        clock,
        random
    );
    parts->services.slots->set(known_slots(root_slots.slots(), 0));
    parts->verifier_key = verifier_key;
    parts->store = std::move(store);
    ROOKERY_TRY(auto log, parts->open_log());
    const auto first = audit::genesis_event(
        {identity.id,
         identity.origin,
         std::string(
             kind == VaultKind::development ? audit::development_kind : audit::production_kind
         ),
         verifier_key},
        identity.origin,
        now
    );
    ROOKERY_CHECK(write_sealed(*parts->store, log, first, random, now));

    ROOKERY_CHECK(write_first_anchor(*parts));
    ledger::VaultState state;
    parts->start_ledger(std::move(log), state, {});
    parts->services.organization = Uuid::random(random);
    parts->services.root_business_unit = Uuid::random(random);
    std::unique_ptr<Vault> vault(new Vault(std::move(parts)));
    const auto& made = *vault->parts_;
    const auto name = made.options.organization.empty() ? "Rookery" : made.options.organization;
    ROOKERY_CHECK(ledger::receipt_of(vault->ledger().commit(genesis(
        *vault, vault->view(), made.services.organization, made.services.root_business_unit, name
    ))));
    ROOKERY_CHECK(vault->announce());
    ROOKERY_TRY(vault->parts_->anchors, keep_anchors(*vault, {{now, {}}, {}}));
    return vault;
}

Result<std::unique_ptr<Vault>> Vault::open(
    VaultOptions options, const Unsealing& unsealing, const Clock& clock, Random& random
) {
    ROOKERY_TRY(auto sealed, SealedVault::open(std::move(options), clock, random));
    ROOKERY_TRY(const auto root, sealed->attempt(unsealing));
    return open(std::move(sealed), root, unsealing);
}

Result<std::unique_ptr<Vault>> Vault::open(
    std::unique_ptr<SealedVault> sealed, const crypto::OpenedRoot& root, const Unsealing& unsealing
) {
    auto [options, directory, slots, store, handovers, verifier, clock_at, random_at] =
        std::move(*sealed).taken();
    sealed.reset();
    const Clock& clock = *clock_at;
    Random& random = *random_at;
    const auto identity = directory.identity();
    const auto sealed_log = log_options_of(options, verifier, nullptr);
    if (identity.format != VaultIdentity::newest_format) {
        ROOKERY_CHECK(
            convert_from_format_1(directory, *store, slots, root, sealed_log, random, clock.now())
        );
        ROOKERY_TRY(slots, read_slots(directory));
        if (options.on_conversion)
            options.on_conversion(identity.format, VaultIdentity::newest_format);
    }
    ROOKERY_TRY(const auto keyring_file, directory.read_keyring());
    auto opened = crypto::Keyring::open(keyring_file, root.key, root.generation, identity.id, 1);
    if (!opened && opened.error().code == Errc::bad_state) {
        return disagreement("the keyring is of an older format than the vault");
    }
    if (!opened) return fail(in_file("keyring", std::move(opened).error()));
    auto keyring = *std::move(opened);
    const auto view = store->view();
    const auto latest = latest_time(options, clock.now());
    // Before the slots: an older keyring must not pass for one whose set of slots has just changed.
    ROOKERY_TRY(auto state, read_state(*view, crypto::RowAuthenticator(keyring)));
    const bool keyring_ahead = keyring.epoch() > state.keyring_epoch;
    const bool older_is_expected =
        options.anchor.rule == AnchorRule::accept || options.anchor.rule == AnchorRule::restored;
    if (keyring.epoch() > state.keyring_epoch + keyring_ahead_max && !older_is_expected) {
        return disagreement(
            "the store is older than its keyring: it was written under epoch " +
            std::to_string(state.keyring_epoch) + ", and the keyring is of epoch " +
            std::to_string(keyring.epoch())
        );
    }
    ROOKERY_TRY(
        const auto rekeyed, finish_slot_change(directory, slots, root, keyring, random, clock.now())
    );
    if (signing_key_of(keyring).public_key() != verifier.key) {
        return disagreement("the file 'log.vkey' is not of the key that this vault signs with");
    }
    auto parts = std::make_unique<Parts>(
        std::move(options),
        std::move(directory),
        std::move(keyring),
        KeyringFile(root.key, root.generation),
        clock,
        random
    );
    parts->opened_slot = root.slot;
    parts->services.slots->set(known_slots(slots.slots(), root.slot));
    parts->boot = Uuid::random(random);
    parts->verifier_key = merkle::format_verifier_key(verifier);
    parts->services.origin = verifier.name;
    parts->store = std::move(store);
    for (const auto& offer : unsealing.offers) {
        if (!same_file_system(offer->place(), parts->options.data)) continue;
        parts->services.opening_warnings.push_back(
            "the " + std::string(offer->kind().name) +
            " lies on the data's own file system: whoever takes the disk takes both"
        );
    }

    if (keyring_ahead) {
        parts->opening_events.push_back(audit::keyring_found_event(
            parts->opening_keys->keyring.epoch(), verifier.name, clock.now()
        ));
    }
    if (rekeyed) parts->opening_events.push_back(*rekeyed);
    const auto refill = parts->options.anchor.new_origin ? parts->options.anchor.new_origin->refill
                                                         : std::shared_ptr<const LogArchive>{};
    if (!refill) ROOKERY_CHECK(check_log(view, state, latest));
    ROOKERY_TRY(auto loaded, load_facts(*view, parts->opening_keys->authenticator));
    if (loaded.digest != state.fact_digest) {
        return disagreement(
            "users, teams, roles, profiles or credentials are not as they were written"
        );
    }
    ROOKERY_TRY(
        const auto anchors, check_anchors(*parts, verifier, state, loaded.anchored, handovers)
    );
    std::optional<std::uint64_t> rows_size;
    if (refill) {
        rows_size = state.log_size;
        const auto& authenticator = parts->opening_keys->authenticator;
        ROOKERY_TRY(
            state, refilled_state(*refill, view, state, authenticator, latest, anchors.accepted)
        );
        if (state.log_size == *rows_size) rows_size.reset();  // there was nothing to fill in
    }
    if (needs_new_origin(parts->options.anchor, anchors)) {
        ROOKERY_CHECK(begin_new_origin(*parts, state, handovers, anchors.accepted, rows_size));
    }
    auto begin = state;
    const auto* handover = to_be_told(handovers, state);
    if (handover != nullptr) {
        const auto& given = parts->options.anchor.new_origin;
        parts->opening_events.push_back(audit::handover_event(
            *handover, parts->verifier_key, given ? given->reason : std::string{}, clock.now()
        ));
    }
    if (handover != nullptr || parts->options.anchor.skip_versionnumbers) {
        begin.versionnumber += versionnumbers_passed_over;
    }
    const auto& keys = *parts->opening_keys;
    const auto note_index = [&, &name = verifier.name](std::uint64_t index) {
        parts->opening_events.push_back(audit::new_index_event(index, name, clock.now()));
    };
    ROOKERY_TRY(const bool indexed, renew_older_index(*parts->store, keys.authenticator));
    if (indexed) note_index(2);
    if (parts->options.bin.keeps()) {
        ROOKERY_TRY(const bool begun, storage::begin_bin(*parts->store));
        if (begun) note_index(4);
    }
    if (parts->options.retains) {
        ROOKERY_TRY(const bool begun, storage::begin_retention(*parts->store));
        if (begun) note_index(5);
    }
    ROOKERY_TRY(auto left, restore_warning(view, keys.details, handovers, keys.keyring));
    if (left) parts->services.opening_warnings.push_back(std::move(*left));
    parts->anchored_since = loaded.anchored;
    for (auto& warning : anchor_place_warnings(*parts, loaded.anchored)) {
        parts->services.opening_warnings.push_back(std::move(warning));
    }
    parts->services.organization = loaded.organization;
    parts->services.root_business_unit = loaded.root_business_unit;
    ROOKERY_TRY(auto log, parts->open_log());
    parts->start_ledger(std::move(log), begin, std::move(loaded.facts));
    std::unique_ptr<Vault> vault(new Vault(std::move(parts)));
    ROOKERY_CHECK(vault->announce());
    ROOKERY_TRY(vault->parts_->anchors, keep_anchors(*vault, anchors));
    return vault;
}

Vault::Parts::Parts(
    VaultOptions given, DataDirectory opened, crypto::Keyring ring, KeyringFile file,
    const Clock& clock, Random& random
)
    : options(std::move(given)),
      directory(std::move(opened)),
      keyring_file(std::move(file)),
      opening_keys([&] {
          auto uses = uses_of(ring);
          return std::make_shared<const crypto::KeySet>(
              std::move(ring), directory.identity().origin, random, std::move(uses)
          );
      }()),
      space(
          options.data, space_rule(options, directory.identity().kind), options.space_of,
          options.on_space
      ),
      services{
          .clock = clock,
          .random = random,
          .space = space,
          .vault = directory.identity().id,
          .development = directory.identity().kind == VaultKind::development,
          .origin = directory.identity().origin,
          .organization = {},
          .root_business_unit = {},
          .sync = options.sync,
          .jobs = options.jobs,
          .seal = options.seal,
          .anchor = anchor_text(options.anchor),
          .slots = std::make_shared<SlotBook>(),
          .tokens = options.tokens,
          .bin = options.bin,
          .retains = options.retains,
          .read_criteria = options.read_criteria,
          .opening_warnings = {},
          .more_warnings = [this] { return warnings(); },
      },
      freshness(std::make_shared<ledger::RowFreshness>(random)) {}

std::vector<std::string> Vault::Parts::warnings() const {
    std::vector<std::string> out;
    for (const auto& keeper : anchors)
        std::ranges::move(keeper->warnings(), std::back_inserter(out));
    if (const auto stale = freshness->stale_count(); stale != 0) {
        out.push_back(
            std::to_string(stale) + (stale == 1 ? " row is" : " rows are") +
            " not as written last: older copies were put back, or rows removed, on the disk; each "
            "is on the log as 'finding', and nobody can read it"
        );
    }
    if (freshness->do_sums_disagree()) {
        out.emplace_back(
            "the rows together are not those that the vault's state was written with: stop the "
            "server and run `rookery verify`"
        );
    }
    if (leases) {
        for (auto& warning : leases->warnings()) out.push_back(std::move(warning));
    }
    if (const auto& more = options.more_warnings; more) {
        for (auto& warning : more()) out.push_back(std::move(warning));
    }
    return out;
}

Result<audit::LogWriter> Vault::Parts::open_log() const {
    const auto& key = opening_keys->signing;
    const merkle::VerifierKey verifier{services.origin, key.public_key()};
    return audit::LogWriter::open(
        *store->view(), log_options_of(options, verifier, &key), services.clock.now()
    );
}

void Vault::Parts::start_ledger(
    audit::LogWriter log, const ledger::VaultState& state, access::Facts facts
) {
    ledger = std::make_unique<ledger::Ledger>(
        ledger::Ledger::Start{
            *store,
            services.clock,
            opening_keys,
            std::move(log),
            state,
            std::make_shared<const AccessProjection>(std::move(facts), fact_of),
            freshness},
        options.ledger
    );
}

Result<void> Vault::announce() {
    ROOKERY_CHECK(renew_key_lease());
    parts_->leases =
        std::make_unique<KeyLeases>(parts_->lease_bell, [this] { return renew_key_lease(); });
    const auto now = view();
    ROOKERY_TRY(const auto reader, audit::LogReader::open(now.store(), nullptr));
    auto opened = audit::log_open_event(
        parts_->boot, reader.size(), reader.state().frontier.root(), origin(), clock().now()
    );
    auto unsealed = opened;
    unsealed.action = audit::Action::unsealed;
    unsealed.extras.clear();
    std::vector<audit::Event> entries{opened, unsealed};
    std::ranges::copy(parts_->opening_events, std::back_inserter(entries));
    if (hands_over_in_ignorance(parts_->options.anchor, entries)) {
        ROOKERY_TRY(auto ending, opening_that_ends_credentials(*this, now, entries));
        ROOKERY_CHECK(ledger::receipt_of(ledger().commit(std::move(ending))));
        return {};
    }
    ledger::Plan plan;
    for (const auto& event : entries) {
        plan.events.push_back(audit::prepare(event, now.keys().details, random()));
    }
    ROOKERY_CHECK(ledger::receipt_of(ledger().commit(ledger::Pending(std::move(plan)))));
    return {};
}

Result<ledger::Receipt> Vault::run(const access::Caller& caller, const Message& message) {
    return run(caller, message, Uuid::random(random()));
}

Result<ledger::Receipt> Vault::run(
    const access::Caller& caller, const Message& message, const Uuid& correlation
) {
    if (space().level() == storage::SpaceLevel::none) return fail(out_of_space());
    RequestInfo info;
    info.correlation = correlation;
    WorkBudget work;
    Attempts attempts(ledger(), work);
    while (attempts.next()) {
        auto pending = pipeline().plan(view(), caller, message, info, work);
        auto result = ledger().commit(std::move(pending), attempts.since());
        if (attempts.lost(result)) continue;
        return ledger::receipt_of(finish_slot_act(*this, message, std::move(result)));
    }
    return fail(ledger::lost_races());
}

access::Caller Vault::system() const {
    access::Caller caller;
    caller.user = system_user;
    caller.method = AuthMethod::internal;
    caller.system = true;
    return caller;
}

const Pipeline& Vault::pipeline() const { return *pipeline_; }

ledger::Ledger& Vault::ledger() { return *parts_->ledger; }

View Vault::view() const { return {parts_->ledger->snapshot(), clock().now()}; }

const Uuid& Vault::id() const { return parts_->directory.identity().id; }

VaultKind Vault::kind() const { return parts_->directory.identity().kind; }

const Uuid& Vault::root_business_unit() const { return parts_->services.root_business_unit; }

storage::SpaceWatch& Vault::space() const { return parts_->space; }

const Clock& Vault::clock() const { return parts_->services.clock; }

Random& Vault::random() const { return parts_->services.random; }

const std::string& Vault::origin() const { return parts_->services.origin; }

const std::string& Vault::log_verifier_key() const { return parts_->verifier_key; }

}  // namespace rookery::messages
