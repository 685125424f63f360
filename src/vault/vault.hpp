// Vault: an unsealed vault, everything below http, built in order and torn down in reverse.
// `serve`, `dev`, offline commands and tests all start here: there is no second path to the store.
#pragma once

#include "audit/event.hpp"
#include "audit/log_writer.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/slot_kind.hpp"
#include "ledger/ledger.hpp"
#include "messages/pipeline.hpp"
#include "pipeline/job_monitor.hpp"
#include "pipeline/sync_monitor.hpp"
#include "pipeline/token_rules.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/space_watch.hpp"
#include "vault/anchor_options.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

enum class VaultKind : std::uint8_t { production, development };

/// What an operator offers: to open a vault with, or to make its slots of, one of each.
struct Unsealing {
    Unsealing() = default;

    explicit Unsealing(std::unique_ptr<crypto::SlotOffer> only) {
        offers.push_back(std::move(only));
    }

    crypto::SlotOffers offers;
};

struct VaultOptions {
    std::filesystem::path data;  // see data_directory.hpp
    std::string origin;          // "<host>/audit/<node>": checkpoint origin; for create
    std::string organization;    // name of the organization and its root unit; for create
    storage::Engine engine = storage::rocksdb_engine();
    storage::SpaceRule space = {};  // not for a development vault, which has a rule of its own
    storage::SpaceProbe space_of = storage::space_of;
    storage::SpaceWatch::Told on_space = {};  // by whoever looks at the space
    AnchorOptions anchor;
    ledger::Ledger::Options ledger;
    TokenRules tokens = {};
    BinRules bin = {};     // 0 for a vault that is opened to be put right
    bool retains = false;  // records for the long term
    // Services::read_criteria: odata's, which a vault knows nothing of.
    std::function<Result<const schema::Table*>(std::string_view criteria)> read_criteria = {};
    std::shared_ptr<SyncMonitor> sync = {};  // null: no sync is configured
    std::shared_ptr<JobMonitor> jobs = {};   // null: no job runs in this process
    // Told by the ledger's thread once a request to seal is on the log; may only wake somebody. Empty: nobody can.
    std::function<void()> seal = {};
    // The PKCS#11 module that a running vault reaches a token by, when somebody brings its PIN. Empty: by none.
    std::filesystem::path token_module = {};
    // Told once, when an opening has converted the data directory from an older format.
    std::function<void(unsigned from, unsigned to)> on_conversion = {};
    // What else the status should warn of: known to whoever opens the vault. Called by any thread.
    std::function<std::vector<std::string>()> more_warnings = {};
    // Of a log whose time went wrong once: continued up to here although the clock lies behind.
    Instant confirmed_time = Instant::min();
    static constexpr Instant any_time =
        Instant::max();  // opened to look: nothing is confirmed by that
    // What a jump of `clock` is measured against; with a clock of the test's own, its time.
    std::function<std::chrono::milliseconds()> monotonic = audit::time_since_boot;
};

/// The keyring after a change of it: one of its with_ functions, or several.
using KeyringChange = std::function<Result<crypto::Keyring>(const crypto::Keyring& newest)>;

class SealedVault;

class Vault {
 public:
    /// A new vault in an absent or empty folder (mode 0700): slots, keyring, store, genesis event,
    /// organization, root business unit, SYSTEM user and the System Administrator role.
    /// Errc::in_use when the folder holds anything; Errc::io when it could not be opened later for want
    /// of space.
    [[nodiscard]] static Result<std::unique_ptr<Vault>> create(
        VaultOptions options, VaultKind kind, const Unsealing& slots, const Clock& clock,
        Random& random
    );

    /// Opens and unseals. Errc: in_use (another process), wrong_secret, bad_permissions, integrity
    /// (state row, log, keyring or an access fact does not agree), newer_format, io.
    [[nodiscard]] static Result<std::unique_ptr<Vault>> open(
        VaultOptions options, const Unsealing& unsealing, const Clock& clock, Random& random
    );
    /// The rest of it, with the root key that an attempt on the sealed vault has opened; `unsealing` is what it was
    /// opened with. When it fails nothing is held any more.
    [[nodiscard]] static Result<std::unique_ptr<Vault>> open(
        std::unique_ptr<SealedVault> sealed, const crypto::OpenedRoot& root,
        const Unsealing& unsealing
    );

    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    [[nodiscard]] const Pipeline& pipeline() const;
    [[nodiscard]] ledger::Ledger& ledger();
    [[nodiscard]] View view() const;
    /// Makes the next keyring of the newest one, and from now on everything is planned and written with it: its file
    /// first, then what `events` says of it on the log together with the state that names its epoch, which no older
    /// keyring opens, and only then is it used. One at a time. Errc: those of `change` and of writing the file,
    /// after which nothing is changed; those of Ledger::replace_keys.
    [[nodiscard]] Result<void> change_keyring(
        const KeyringChange& change, const std::vector<audit::Event>& events
    );
    /// Reserves uses of the record KEK in the keyring's file, if they are low: see crypto/key_uses.hpp. Errc: those of
    /// writing the file.
    [[nodiscard]] Result<void> renew_key_lease();
    /// The same for a keyring whose file is durable already, sealed under this root key: see slot_change.hpp.
    [[nodiscard]] Result<void> adopt_keyring(
        crypto::Keyring keyring, const crypto::OpenedRoot& root
    );

    /// Plans and commits as `caller`, planning again when a race is lost; waits. For the command line
    /// in the same process and for tests. The Receipt's reply is a MessageReply.
    [[nodiscard]] Result<ledger::Receipt> run(const access::Caller& caller, const Message& message);
    /// The same as one of several that belong together: `correlation` is in the entries of all of them.
    [[nodiscard]] Result<ledger::Receipt> run(
        const access::Caller& caller, const Message& message, const Uuid& correlation
    );

    /// The built-in SYSTEM user: no credential can be made for it.
    [[nodiscard]] access::Caller system() const;

    [[nodiscard]] const Uuid& id() const;
    [[nodiscard]] VaultKind kind() const;
    [[nodiscard]] const Uuid& root_business_unit() const;
    /// To be looked at about once a second while others may fill the disk.
    [[nodiscard]] storage::SpaceWatch& space() const;
    [[nodiscard]] const Clock& clock() const;
    [[nodiscard]] Random& random() const;
    [[nodiscard]] const std::string& origin() const;
    [[nodiscard]] const std::string& log_verifier_key() const;

    struct Parts;  // defined in vault/vault_parts.hpp

    [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
    explicit Vault(std::unique_ptr<Parts> parts);

    /// Log open and unsealed, as the first entries of this process.
    [[nodiscard]] Result<void> announce();

    std::unique_ptr<Pipeline> pipeline_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::messages
