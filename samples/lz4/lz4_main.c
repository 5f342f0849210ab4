// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Undertow sample lz4 - trusted half
 *
 * /dev/ut_lz4: write what `lz4 -l` made, read it back decompressed.  The frame
 * is parsed here; the blocks are decompressed by the kernel's own unmodified
 * decompressor in a domain.  Nothing that comes from the domain is believed:
 * its result is checked against the buffer, and its memory, which it can
 * change at any time, is read once before it is checked.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/lz4.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include <undertow/undertow.h>

#define LEGACY_MAGIC	0x184c2102
#define OUTPUT_MAX	((size_t)2 << 20)
#define INPUT_MAX	((size_t)LZ4_COMPRESSBOUND(OUTPUT_MAX))

UT_DECLARE_DOMAIN(ut_lz4);

/* One open file.  Both buffers are in the domain's heap. */
struct session {
	struct mutex lock;	/* everything below */
	char *input;
	size_t input_len;
	char *output;
	size_t output_len;
	bool decoded;		/* the first read ends the input */
	int error;		/* of decoding, 0 or -errno */
};

/*
 * Decompress one block to the end of the output.  A violation in the domain
 * makes the call return -EFAULT; like the decompressor's own errors it means
 * that the block is bad.
 */
static int block_decode(struct session *session, size_t start, size_t len)
{
	size_t room = OUTPUT_MAX - session->output_len;
	int got;

	got = LZ4_decompress_safe(session->input + start,
				  session->output + session->output_len, len, room);
	if (got < 0)
		return -EBADMSG;
	if (got > room)
		return -EBADMSG;
	session->output_len += got;
	return 0;
}

/* A frame is the magic number, then blocks: 32-bit length and that many bytes. */
static int frame_decode(struct session *session)
{
	size_t pos = 0;

	while (pos < session->input_len) {
		u32 word;
		int err;

		if (session->input_len - pos < sizeof(word))
			return -EINVAL;
		word = get_unaligned_le32(session->input + pos);
		barrier();
		if (pos == 0 && word != LEGACY_MAGIC)
			return -EINVAL;
		pos += sizeof(word);
		if (word == LEGACY_MAGIC)
			continue;
		if (word == 0 || word > session->input_len - pos)
			return -EINVAL;
		err = block_decode(session, pos, word);
		if (err)
			return err;
		pos += word;
	}
	return session->output_len ? 0 : -EINVAL;
}

static ssize_t ut_lz4_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct session *session = file->private_data;
	ssize_t err = len;

	mutex_lock(&session->lock);
	if (session->decoded)
		err = -EBUSY;
	else if (len > INPUT_MAX - session->input_len)
		err = -EFBIG;
	else if (copy_from_user(session->input + session->input_len, from, len))
		err = -EFAULT;
	else
		session->input_len += len;
	mutex_unlock(&session->lock);
	return err;
}

static ssize_t ut_lz4_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	struct session *session = file->private_data;
	ssize_t got;

	mutex_lock(&session->lock);
	if (!session->decoded) {
		session->error = frame_decode(session);
		session->decoded = true;
	}
	got = session->error;
	if (!got)
		got = simple_read_from_buffer(to, len, pos, session->output, session->output_len);
	mutex_unlock(&session->lock);
	return got;
}

static void session_free(struct session *session)
{
	ut_free(UT_DOMAIN(ut_lz4), session->output, OUTPUT_MAX);
	ut_free(UT_DOMAIN(ut_lz4), session->input, INPUT_MAX);
	kfree(session);
}

static struct session *session_alloc(void)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return NULL;
	mutex_init(&session->lock);
	session->input = ut_alloc(UT_DOMAIN(ut_lz4), INPUT_MAX, GFP_KERNEL);
	if (!session->input)
		goto free_session;
	session->output = ut_alloc(UT_DOMAIN(ut_lz4), OUTPUT_MAX, GFP_KERNEL);
	if (!session->output)
		goto free_input;
	return session;

free_input:
	ut_free(UT_DOMAIN(ut_lz4), session->input, INPUT_MAX);
free_session:
	kfree(session);
	return NULL;
}

static int ut_lz4_open(struct inode *inode, struct file *file)
{
	file->private_data = session_alloc();
	return file->private_data ? 0 : -ENOMEM;
}

static int ut_lz4_release(struct inode *inode, struct file *file)
{
	session_free(file->private_data);
	return 0;
}

static const struct file_operations ut_lz4_fops = {
	.owner = THIS_MODULE,
	.open = ut_lz4_open,
	.write = ut_lz4_write,
	.read = ut_lz4_read,
	.release = ut_lz4_release,
};

static struct miscdevice ut_lz4_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ut_lz4",
	.fops = &ut_lz4_fops,
	.mode = 0600,
};

module_misc_device(ut_lz4_device);

MODULE_DESCRIPTION("Undertow sample: the kernel's LZ4 decompressor in a domain");
MODULE_LICENSE("Dual BSD/GPL");
