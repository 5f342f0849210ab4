// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the kernel's generic ciphers and hashes, whole in a domain
 *
 * Stands in for the crypto API, which the guest kernel does not have: the init
 * functions of the files register their algorithms here, and the tests call
 * them through the tables, as the API would, with the vectors of testmgr.h.
 */
#include <crypto/algapi.h>
#include <crypto/internal/hash.h>

/* The files whose init registers something. */
#define INITS(X) X(blowfish_generic) X(twofish_generic) X(serpent_generic) X(cast5_generic) \
	X(cast6_generic) X(camellia_generic) X(des_generic) X(md4) X(michael_mic) X(crc32c_generic)
#define DECLARE_INIT(file) int kt_init_##file(void);
INITS(DECLARE_INIT)

#define CALL_INIT(file) ?: kt_init_##file()
#define KT_START (0 INITS(CALL_INIT))

#define KT_DOMAIN kt_crypto
#include "driver.h"
#include "testmgr.h"

#define ALGORITHMS_MAX	32
#define TEXT_MAX	4096

static struct crypto_alg *ciphers[ALGORITHMS_MAX];
static struct shash_alg *hashes[ALGORITHMS_MAX];
static unsigned int nr_ciphers, nr_hashes;

int crypto_register_alg(struct crypto_alg *alg)
{
	if (nr_ciphers == ALGORITHMS_MAX)
		return -ENOSPC;
	ciphers[nr_ciphers++] = alg;
	return 0;
}

int crypto_register_algs(struct crypto_alg *algs, int count)
{
	int err = 0;

	for (int i = 0; i < count && !err; i++)
		err = crypto_register_alg(&algs[i]);
	return err;
}

int crypto_register_shash(struct shash_alg *alg)
{
	if (nr_hashes == ALGORITHMS_MAX)
		return -ENOSPC;
	hashes[nr_hashes++] = alg;
	return 0;
}

/* All of them go with the module. */
void crypto_unregister_alg(struct crypto_alg *alg) { }
void crypto_unregister_algs(struct crypto_alg *algs, int count) { }
void crypto_unregister_shash(struct shash_alg *alg) { }

static const struct crypto_alg *find_cipher(const char *name)
{
	for (unsigned int i = 0; i < nr_ciphers; i++)
		if (!strcmp(ciphers[i]->cra_driver_name, name))
			return ciphers[i];
	return NULL;
}

static const struct shash_alg *find_hash(const char *name)
{
	for (unsigned int i = 0; i < nr_hashes; i++)
		if (!strcmp(hashes[i]->base.cra_driver_name, name))
			return hashes[i];
	return NULL;
}

struct suite {
	const char *driver;
	const struct cipher_testvec *ciphers;
	const struct hash_testvec *hashes;
	unsigned int count;
};

static int crypt(const struct crypto_alg *alg, struct crypto_tfm *tfm,
		 const struct cipher_testvec *vector, bool encrypt)
{
	const char *from = encrypt ? vector->ptext : vector->ctext;
	const char *want = encrypt ? vector->ctext : vector->ptext;
	u8 *input = kt_copy(from, vector->len), *output = kt_alloc(vector->len);
	unsigned int block = alg->cra_blocksize;

	if (!input || !output)
		return -ENOMEM;
	for (unsigned int at = 0; at + block <= vector->len; at += block) {
		if (encrypt)
			alg->cra_cipher.cia_encrypt(tfm, output + at, input + at);
		else
			alg->cra_cipher.cia_decrypt(tfm, output + at, input + at);
	}
	return EXPECT_EQ(memcmp(output, want, vector->len), 0);
}

static int check_cipher(const void *data)
{
	const struct suite *suite = data;
	const struct crypto_alg *alg = find_cipher(suite->driver);
	int err = EXPECT_EQ(alg && suite->count, true);

	for (unsigned int i = 0; !err && i < suite->count; i++) {
		const struct cipher_testvec *vector = &suite->ciphers[i];
		struct crypto_tfm *tfm = kt_alloc(sizeof(*tfm) + alg->cra_ctxsize);
		u8 *key = kt_copy(vector->key, vector->klen);

		if (!tfm || !key)
			return -ENOMEM;
		tfm->crt_flags = vector->wk ? CRYPTO_TFM_REQ_FORBID_WEAK_KEYS : 0;
		err = EXPECT_EQ(alg->cra_cipher.cia_setkey(tfm, key, vector->klen),
				vector->setkey_error);
		if (!err && !vector->setkey_error)
			err = crypt(alg, tfm, vector, true) | crypt(alg, tfm, vector, false);
		if (err)
			testmod_say("vector %u\n", i);
		kt_free_all();
	}
	return err;
}

static int digest(const struct shash_alg *alg, struct shash_desc *desc, const u8 *input,
		  const struct hash_testvec *vector, u8 *output)
{
	unsigned int half = vector->psize / 2;
	int err;

	err = alg->init(desc) ?: alg->update(desc, input, half) ?:
	      alg->update(desc, input + half, vector->psize - half) ?: alg->final(desc, output);
	return err | EXPECT_EQ(memcmp(output, vector->digest, alg->digestsize), 0);
}

static int check_hash(const void *data)
{
	const struct suite *suite = data;
	const struct shash_alg *alg = find_hash(suite->driver);
	int err = EXPECT_EQ(alg && suite->count, true);

	for (unsigned int i = 0; !err && i < suite->count; i++) {
		const struct hash_testvec *vector = &suite->hashes[i];
		struct crypto_shash *tfm = kt_alloc(sizeof(*tfm) + alg->base.cra_ctxsize);
		struct shash_desc *desc = kt_alloc(sizeof(*desc) + alg->descsize);
		u8 *input = kt_copy(vector->plaintext, vector->psize);
		u8 *output = kt_alloc(alg->digestsize);
		u8 *key = kt_copy(vector->key, vector->ksize);

		if (!tfm || !desc || !input || !output || !key)
			return -ENOMEM;
		desc->tfm = tfm;
		if (alg->base.cra_init)
			err |= EXPECT_EQ(alg->base.cra_init(&tfm->base), 0);
		if (vector->ksize)
			err |= EXPECT_EQ(alg->setkey(tfm, key, vector->ksize), 0);
		err |= digest(alg, desc, input, vector, output);
		if (err)
			testmod_say("vector %u\n", i);
		kt_free_all();
	}
	return err;
}

/* Only trusted code refers to the tables: no view can change them. */
static int tables_are_trusted(const void *data)
{
	extern char __ut_kt_crypto_data_start[], __ut_kt_crypto_data_end[];
	int err = EXPECT_EQ(nr_ciphers, 8) | EXPECT_EQ(nr_hashes, 3);

	for (unsigned int i = 0; i < nr_ciphers; i++)
		err |= EXPECT_EQ((char *)ciphers[i] >= __ut_kt_crypto_data_start &&
				 (char *)ciphers[i] < __ut_kt_crypto_data_end, false);
	for (unsigned int i = 0; i < nr_hashes; i++)
		err |= EXPECT_EQ((char *)hashes[i] >= __ut_kt_crypto_data_start &&
				 (char *)hashes[i] < __ut_kt_crypto_data_end, false);
	return err;
}

#define CIPHER(which, driver, vectors) \
	static const struct suite which = { driver, vectors, NULL, ARRAY_SIZE(vectors) };
#define HASH(which, driver, vectors) \
	static const struct suite which = { driver, NULL, vectors, ARRAY_SIZE(vectors) };
CIPHER(blowfish, "blowfish-generic", bf_tv_template)
CIPHER(twofish, "twofish-generic", tf_tv_template)
CIPHER(serpent, "serpent-generic", serpent_tv_template)
CIPHER(cast5, "cast5-generic", cast5_tv_template)
CIPHER(cast6, "cast6-generic", cast6_tv_template)
CIPHER(camellia, "camellia-generic", camellia_tv_template)
CIPHER(des, "des-generic", des_tv_template)
CIPHER(des3, "des3_ede-generic", des3_ede_tv_template)
HASH(md4, "md4-generic", md4_tv_template)
HASH(michael, "michael_mic-generic", michael_mic_tv_template)
HASH(crc32c_hash, "crc32c-generic", crc32c_tv_template)

static const struct testmod_case crypto_cases[] = {
	{ "deny_tables_of_operations", tables_are_trusted },
	{ "allow_blowfish", check_cipher, &blowfish },
	{ "allow_twofish", check_cipher, &twofish },
	{ "allow_serpent", check_cipher, &serpent },
	{ "allow_cast5", check_cipher, &cast5 },
	{ "allow_cast6", check_cipher, &cast6 },
	{ "allow_camellia", check_cipher, &camellia },
	{ "allow_des", check_cipher, &des },
	{ "allow_des3_ede", check_cipher, &des3 },
	{ "allow_md4", check_hash, &md4 },
	{ "allow_michael_mic", check_hash, &michael },
	{ "allow_crc32c", check_hash, &crc32c_hash },
};

KT_MODULE(crypto_cases, "ciphers");
